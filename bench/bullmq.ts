/**
 * What attempts in a BullMQ queue cost, against BullMQ jobs by themselves: `npm run -s bench:bullmq`. It measures the built package, as
 * users run it. Owner and worker are one process, beside a redis-server, which has to be installed; the CPU time is that of the process,
 * without Redis.
 */
import { Queue, QueueEvents, Worker } from 'bullmq';
import { type AnyWorkflow, fingerprint, run, type TaskDefinition, workflow } from 'tintype';
import { bullmqExecutor, redisStore, startWorker } from 'tintype/bullmq';
import { RedisServer } from '../test/helpers/redis.ts';
import { describeMachine } from './machine.ts';
import { costOf, median } from './statistics.ts';

const ROUNDS = 7;
/** Rounds that only warm up. */
const WARM_UP = 3;
const CONCURRENCY = 50;
const SHAPES = { independent: 1000, chain: 200 } as const;
type Shape = keyof typeof SHAPES;

const redis = new RedisServer(['--appendfsync', 'everysec']);
await redis.start();
const connection = { host: '127.0.0.1', port: redis.port };
const quiet = (error: Error) => console.error(error.message);

interface Figures {
  readonly perSecond: number;
  /** In microseconds for each attempt. */
  readonly cpu: number;
  /** The longest time from the end of one to the end of the next, in milliseconds. */
  readonly longest: number;
}

async function figuresOf(shape: Shape, work: (onEnd: () => void) => Promise<unknown>): Promise<Figures> {
  let last = performance.now();
  let longest = 0;
  const { cpu, wall } = await costOf(() =>
    work(() => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }),
  );
  return { perSecond: (SHAPES[shape] / wall) * 1_000_000, cpu: cpu / SHAPES[shape], longest };
}

/** Jobs of BullMQ that do nothing; in a chain, each is added when the one before has ended. */
async function bare(shape: Shape): Promise<Figures> {
  const queue = new Queue('bare', { connection });
  queue.setMaxListeners(0);
  const events = new QueueEvents('bare', { connection });
  events.setMaxListeners(0);
  const worker = new Worker('bare', async () => null, {
    connection: { ...connection, maxRetriesPerRequest: null },
    concurrency: CONCURRENCY,
  });
  await Promise.all([queue.waitUntilReady(), events.waitUntilReady(), worker.waitUntilReady()]);
  const one = async (index: number, onEnd: () => void) => {
    const job = await queue.add('task', { index, context: {} }, { removeOnComplete: { age: 60 } });
    await job.waitUntilFinished(events);
    onEnd();
  };
  // Connects.
  await one(-1, () => {});
  const figures = await figuresOf(shape, async (onEnd) => {
    if (shape === 'chain') {
      for (let index = 0; index < SHAPES[shape]; index += 1) {
        await one(index, onEnd);
      }
    } else {
      await Promise.all(Array.from({ length: SHAPES[shape] }, (_, index) => one(index, onEnd)));
    }
  });
  await Promise.all([worker.close(), events.close()]);
  await queue.close();
  return figures;
}

/** The same as attempts of a job. */
async function attempts(shape: Shape, isOnRecord: boolean): Promise<Figures> {
  const flow = flowOf(shape);
  const settings = { connection, queue: flow.name, onError: quiet };
  const worker = startWorker(flow, { ...settings, concurrency: CONCURRENCY });
  await using remote = bullmqExecutor({ ...settings, workflow: flow });
  await using store = redisStore({ connection });
  const { executor } = remote;
  // Connects.
  await executor({
    job: `first-${performance.now()}`,
    workflow: { name: flow.name, version: undefined, fingerprint: fingerprint(flow) },
    task: 't0',
    attempt: 1,
    context: {},
    outcomes: {},
    undo: undefined,
    ending: undefined,
    signal: new AbortController().signal,
    run: () => undefined,
    confirm: async () => {},
  });
  const figures = await figuresOf(shape, (onEnd) => {
    const job = run(flow, { executor, ...(isOnRecord && { store }) });
    job.on('task.completed', onEnd);
    return job.unwrap();
  });
  await worker.close();
  return figures;
}

function flowOf(shape: Shape): AnyWorkflow {
  let flow = workflow(shape) as unknown as { task(definition: TaskDefinition): typeof flow };
  for (let index = 0; index < SHAPES[shape]; index += 1) {
    const dependencies = shape === 'chain' && index > 0 ? [`t${index - 1}`] : [];
    flow = flow.task({ name: `t${index}`, dependencies, run: async () => undefined });
  }
  return flow as unknown as AnyWorkflow;
}

const WAYS: Readonly<Record<string, (shape: Shape) => Promise<Figures>>> = {
  'BullMQ jobs': bare,
  attempts: (shape) => attempts(shape, false),
  'attempts, saved in Redis': (shape) => attempts(shape, true),
};

const { date, node, cores, cpu } = describeMachine();
console.log(`${date}, Node.js ${node}, ${cores} cores, ${cpu}; ${CONCURRENCY} at a time, median of ${ROUNDS}\n`);
console.log('| shape | | per second | relative to BullMQ | CPU each | relative to BullMQ | longest step |');
console.log('| --- | --- | --: | --: | --: | --: | --: |');
for (const shape of Object.keys(SHAPES) as Shape[]) {
  const measured = Object.entries(WAYS).map(([name, measure]) => ({ name, measure, rounds: [] as Figures[] }));
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    for (const { measure, rounds } of measured) {
      const figures = await measure(shape);
      if (round >= WARM_UP) {
        rounds.push(figures);
      }
    }
  }
  const medianOf = (rounds: readonly Figures[], key: keyof Figures) => median(rounds.map((figures) => figures[key]));
  const base = measured[0]?.rounds ?? [];
  for (const { name, rounds } of measured) {
    const [rate, time] = [medianOf(rounds, 'perSecond'), medianOf(rounds, 'cpu')];
    const [relativeRate, relativeTime] = [rate / medianOf(base, 'perSecond'), time / medianOf(base, 'cpu')];
    const longest = Math.max(...rounds.map((figures) => figures.longest));
    console.log(
      `| ${SHAPES[shape]} ${shape} | ${name} | ${Math.round(rate)} | ${relativeRate.toFixed(2)} | ${Math.round(time)} µs | ` +
        `${relativeTime.toFixed(2)} | ${Math.round(longest)} ms |`,
    );
  }
}
await redis.remove();
