/** Runs attempts of all remote flows until it is killed: `worker.ts SETTING`. */
import './conditions.ts';
import { startWorker } from 'tintype/bullmq';
import { watchEventLoop } from './event-loop.ts';
import { flowsOf, workflowOf } from './flows.ts';
import { Log } from './log.ts';
import { readSetting } from './programs.ts';

const { seed, name, log: path, redis, lease } = readSetting();
const log = new Log(path, name);
process.on('disconnect', () => process.exit());
watchEventLoop(log);
for (const flow of flowsOf(seed).filter(({ isRemote }) => isRemote)) {
  const workflow = workflowOf(flow, seed, (context, { job, task, attempt, idempotencyKey: key }) =>
    log.note({ type: 'called', job, task, attempt, key, context: { ...context } }),
  );
  startWorker(workflow, {
    connection: redis,
    queue: flow.name,
    concurrency: 10,
    lockDuration: lease,
    stalledInterval: Math.ceil(lease / 3),
    onError: ({ message }) => log.note({ type: 'problem', message }),
  });
}
