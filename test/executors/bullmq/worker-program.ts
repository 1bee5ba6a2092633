import { startWorker } from 'tintype/bullmq';
import { pair, patient } from './far-workflow.ts';

const workflows = { pair, patient };

const { name, url, queue } = JSON.parse(process.argv[2] as string) as {
  name: keyof typeof workflows;
  url: string;
  queue: string;
};

// On a busy machine a short lock would be lost. Those of killed workers are removed by `expireLocks`.
const locks = { lockDuration: 600_000, stalledInterval: 100 };
const worker = startWorker(workflows[name], { connection: url, queue, ...locks, grace: 0 });

process.once('disconnect', () => void worker.close());
