import { startWorker } from 'tintype/bullmq';
import { pair, patient } from './far-workflow.ts';

const workflows = { pair, patient };

const { name, url, queue } = JSON.parse(process.argv[2] as string) as {
  name: keyof typeof workflows;
  url: string;
  queue: string;
};

const worker = startWorker(workflows[name], { connection: url, queue, lockDuration: 400, stalledInterval: 200, grace: 0 });

process.once('disconnect', () => void worker.close());
