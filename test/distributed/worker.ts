/** Runs attempts until it is killed: `worker.ts URL EFFECTS`. What a task does outside is a line of the file. */
import { appendFileSync } from 'node:fs';
import { startWorker } from 'tintype/bullmq';
import { flowOf } from './flow.ts';
import { QUEUE, reportOnce } from './places.ts';

const [url = '', effects = ''] = process.argv.slice(2);
const flow = flowOf((number, { task, attempt }) => appendFileSync(effects, `${number} ${task} ${attempt}\n`));
startWorker(flow, {
  connection: url,
  queue: QUEUE,
  concurrency: 10,
  lockDuration: 1500,
  stalledInterval: 500,
  onError: reportOnce,
});
