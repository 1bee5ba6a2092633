/** Measures what saving jobs costs: `npm run -s bench:store`. Includes Redis if redis-server is installed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JobStore, run, type TaskDefinition } from 'tintype';
import { redisStore } from 'tintype/bullmq';
import { sqliteStore } from 'tintype/sqlite';
import { isRedisInstalled, RedisServer } from '../test/helpers/redis.ts';
import { makeGraph } from './compare/graphs.ts';
import { describeMachine } from './machine.ts';
import { median } from './statistics.ts';

const TASKS = 1000;
const ROUNDS = 5;

const SHAPES: Readonly<Record<string, readonly TaskDefinition[]>> = {
  chain: makeGraph('chain', TASKS).map(task),
  'layers of 10': makeGraph('layers of 10', TASKS).map(task),
  independent: Array.from({ length: TASKS }, (_, index) => task([], index)),
};

function task(dependencies: readonly number[], index: number): TaskDefinition {
  return {
    name: `t${index}`,
    dependencies: dependencies.map((other) => `t${other}`),
    run: async () => ({ [`t${index}`]: index }),
  };
}

/** A way to save jobs: opens a new store in its own folder. */
interface Way {
  readonly name: string;
  readonly open: ((directory: string) => JobStore & AsyncDisposable) | undefined;
}

const sqlite = (sync: 'off' | 'normal' | 'full'): Way => ({
  name: `SQLite, ${sync}`,
  open: (directory) => sqliteStore(join(directory, 'jobs.db'), { sync }),
});

const redis = ({ url }: RedisServer, fsync: string): Way => ({
  name: `Redis, ${fsync}`,
  open: (directory) => redisStore({ connection: url, prefix: directory }),
});

/** How long a job takes, in µs a task. */
async function measure(tasks: readonly TaskDefinition[], { open }: Way): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'tintype-bench-'));
  const store = open?.(directory);
  const start = performance.now();
  await run(tasks, { store }).unwrap();
  const time = performance.now() - start;
  await store?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
  return (time * 1000) / tasks.length;
}

const servers = new Map(
  isRedisInstalled ? ['everysec', 'always'].map((fsync) => [fsync, new RedisServer(['--appendfsync', fsync])]) : [],
);
await Promise.all(Array.from(servers.values(), (server) => server.start()));
const ways = [
  { name: 'no store', open: undefined },
  sqlite('off'),
  sqlite('normal'),
  sqlite('full'),
  ...Array.from(servers, ([fsync, server]) => redis(server, fsync)),
];
const { date, node, cores, cpu } = describeMachine();
console.log(
  `${date}, Node.js ${node}, ${cores} cores, ${cpu}; wall time in µs per task, jobs of ${TASKS} tasks, median of ${ROUNDS}\n`,
);
console.log(`| shape | ${ways.map(({ name }) => name).join(' | ')} |\n| --- |${' --: |'.repeat(ways.length)}`);
for (const [shape, tasks] of Object.entries(SHAPES)) {
  const measured = ways.map((way) => ({ way, times: [] as number[] }));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { way, times } of measured) {
      const time = await measure(tasks, way);
      // The first round warms up.
      if (round > 0) {
        times.push(time);
      }
    }
  }
  console.log(`| ${shape} | ${measured.map(({ times }) => Math.round(median(times))).join(' | ')} |`);
}
await Promise.all(Array.from(servers.values(), (server) => server.remove()));
