/** What it costs to keep jobs on record: `npm run -s bench:store`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, type TaskDefinition } from 'tintype';
import { sqliteStore } from 'tintype/sqlite';
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

const POLICIES = ['off', 'normal', 'full'] as const;

function task(dependencies: readonly number[], index: number): TaskDefinition {
  return {
    name: `t${index}`,
    dependencies: dependencies.map((other) => `t${other}`),
    run: async () => ({ [`t${index}`]: index }),
  };
}

/** How long a job takes, in µs a task. */
async function measure(tasks: readonly TaskDefinition[], sync: (typeof POLICIES)[number] | undefined): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'tintype-bench-'));
  const store = sync && sqliteStore(join(directory, 'jobs.db'), { sync });
  const start = performance.now();
  await run(tasks, { store }).unwrap();
  const time = performance.now() - start;
  store?.close();
  await rm(directory, { recursive: true });
  return (time * 1000) / tasks.length;
}

const { date, node, cores, cpu } = describeMachine();
console.log(
  `${date}, Node.js ${node}, ${cores} cores, ${cpu}; wall time in µs a task, jobs of ${TASKS} tasks, median of ${ROUNDS}\n`,
);
console.log('| shape | no store | sync off | sync normal | sync full |\n| --- | --: | --: | --: | --: |');
for (const [shape, tasks] of Object.entries(SHAPES)) {
  const ways = [undefined, ...POLICIES].map((sync) => ({ sync, times: [] as number[] }));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { sync, times } of ways) {
      const time = await measure(tasks, sync);
      // The first round warms up.
      if (round > 0) {
        times.push(time);
      }
    }
  }
  console.log(`| ${shape} | ${ways.map(({ times }) => Math.round(median(times))).join(' | ')} |`);
}
