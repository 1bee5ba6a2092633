/**
 * What attempts in a BullMQ queue cost, against BullMQ jobs by themselves: `npm run -s bench:bullmq`. All of it is in one process, beside a
 * redis-server, which has to be installed.
 */
import { Queue, QueueEvents, Worker } from 'bullmq';
import { type AnyWorkflow, run, type TaskDefinition, workflow } from 'tintype';
import { bullmqExecutor, redisStore, startWorker } from 'tintype/bullmq';
import { RedisServer } from '../test/helpers/redis.ts';
import { describeMachine } from './machine.ts';
import { median } from './statistics.ts';

const ROUNDS = 5;
const CONCURRENCY = 50;
const SHAPES = { independent: 1000, chain: 200 } as const;
type Shape = keyof typeof SHAPES;

const redis = new RedisServer(['--appendfsync', 'everysec']);
await redis.start();
const connection = { host: '127.0.0.1', port: redis.port };
const quiet = (error: Error) => console.error(error.message);

/** Jobs of BullMQ that do nothing; in a chain, each is added when the one before has ended. */
async function bare(shape: Shape): Promise<number> {
  const queue = new Queue('bare', { connection });
  queue.setMaxListeners(0);
  const events = new QueueEvents('bare', { connection });
  const worker = new Worker('bare', async () => null, {
    connection: { ...connection, maxRetriesPerRequest: null },
    concurrency: CONCURRENCY,
  });
  await Promise.all([queue.waitUntilReady(), events.waitUntilReady(), worker.waitUntilReady()]);
  const one = async (index: number) => {
    const job = await queue.add('task', { index, context: {} }, { removeOnComplete: { age: 60 } });
    await job.waitUntilFinished(events);
  };
  const time = await timeOf(async () => {
    if (shape === 'chain') {
      for (let index = 0; index < SHAPES[shape]; index += 1) {
        await one(index);
      }
    } else {
      await Promise.all(Array.from({ length: SHAPES[shape] }, (_, index) => one(index)));
    }
  });
  await Promise.all([worker.close(), events.close()]);
  await queue.close();
  return SHAPES[shape] / time;
}

/** The same as attempts of a job. */
async function attempts(shape: Shape, isOnRecord: boolean): Promise<number> {
  const flow = flowOf(shape);
  const settings = { connection, queue: flow.name, onError: quiet };
  const worker = startWorker(flow, { ...settings, concurrency: CONCURRENCY });
  await using remote = bullmqExecutor({ ...settings, workflow: flow });
  await using store = redisStore({ connection });
  const { executor } = remote;
  // Connects.
  await executor({
    job: 'first',
    task: 't0',
    attempt: 1,
    context: {},
    signal: new AbortController().signal,
    run: () => undefined,
  });
  const time = await timeOf(() => run(flow, { executor, ...(isOnRecord && { store }) }).unwrap());
  await worker.close();
  return SHAPES[shape] / time;
}

function flowOf(shape: Shape): AnyWorkflow {
  let flow = workflow(shape) as unknown as { task(definition: TaskDefinition): typeof flow };
  for (let index = 0; index < SHAPES[shape]; index += 1) {
    const dependencies = shape === 'chain' && index > 0 ? [`t${index - 1}`] : [];
    flow = flow.task({ name: `t${index}`, dependencies, run: async () => undefined });
  }
  return flow as unknown as AnyWorkflow;
}

/** In seconds. */
async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

const WAYS: Readonly<Record<string, (shape: Shape) => Promise<number>>> = {
  'BullMQ jobs': bare,
  attempts: (shape) => attempts(shape, false),
  'attempts, saved in Redis': (shape) => attempts(shape, true),
};

const { date, node, cores, cpu } = describeMachine();
console.log(`${date}, Node.js ${node}, ${cores} cores, ${cpu}; ${CONCURRENCY} at a time, median of ${ROUNDS}\n`);
console.log('| shape | | per second | relative to BullMQ |\n| --- | --- | --: | --: |');
for (const shape of Object.keys(SHAPES) as Shape[]) {
  const measured = Object.entries(WAYS).map(([name, measure]) => ({ name, measure, rates: [] as number[] }));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { measure, rates } of measured) {
      const rate = await measure(shape);
      // The first round warms up.
      if (round > 0) {
        rates.push(rate);
      }
    }
  }
  const base = median(measured[0]?.rates ?? []);
  for (const { name, rates } of measured) {
    const rate = median(rates);
    console.log(`| ${SHAPES[shape]} ${shape} | ${name} | ${Math.round(rate)} | ${(rate / base).toFixed(2)} |`);
  }
}
await redis.remove();
