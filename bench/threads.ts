/** Measures what threads gain: `npm run -s bench:threads`. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { run, type TaskDefinition } from 'tintype';
import { inThread, workerThreads } from 'tintype/worker-threads';
import { describeMachine } from './machine.ts';
import { nothing, work } from './threads/work.ts';

const TASKS = 1000;
const ROUNDS = 3;

const module = new URL('./threads/work.ts', import.meta.url);
const tasksOf = (call: TaskDefinition['run'], count = TASKS): TaskDefinition[] =>
  Array.from({ length: count }, (_, index) => ({ name: `t${index}`, maxRetries: 0, run: call }));

/** How long a job takes in so many threads that have been started before, in milliseconds; without threads if there are none. */
async function measure(call: TaskDefinition['run'], maxThreads: number): Promise<number> {
  await using threads = workerThreads({ maxThreads: Math.max(maxThreads, 1) });
  const executor = maxThreads === 0 ? undefined : threads.executor;
  await run(tasksOf(call, 100), { executor }).unwrap();
  const start = performance.now();
  await run(tasksOf(call), { executor }).unwrap();
  return performance.now() - start;
}

/** How long bare threads take for the same work, in milliseconds: what two cores of this machine gain at most. */
async function measureBare(count: number): Promise<number> {
  const threads = Array.from({ length: count }, () => new Worker(new URL('./threads/bare.mjs', import.meta.url)));
  const haveAll = (times: number) =>
    Promise.all(
      threads.map((thread) => {
        thread.postMessage(times);
        return once(thread, 'message');
      }),
    );
  await haveAll(100);
  const start = performance.now();
  await haveAll(TASKS / count);
  const time = performance.now() - start;
  await Promise.all(threads.map((thread) => thread.terminate()));
  return time;
}

/** The best of some rounds, which take turns: what else the machine does only makes them longer. */
async function bestOfEach(inProcess: TaskDefinition['run'], exported: string): Promise<readonly [number, number, number]> {
  const best: [number, number, number] = [Infinity, Infinity, Infinity];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const threads of [0, 1, 2] as const) {
      const call = threads === 0 ? inProcess : inThread({ module, export: exported });
      best[threads] = Math.min(best[threads], await measure(call, threads));
    }
  }
  return best;
}

const { date, node, cores, cpu, memory } = describeMachine();
console.log(`${date}, Node.js ${node}, ${cores} cores, ${cpu}, ${memory}\n`);
console.log(`${TASKS} tasks, the best of ${ROUNDS} rounds, in ms`);
const bare: number[] = [Infinity, Infinity];
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [index, best] of bare.entries()) {
    bare[index] = Math.min(best, await measureBare(index + 1));
  }
}
const [bareOne = 0, bareTwo = 0] = bare;
console.log(`a few ms, without tasks: in 1 bare thread ${bareOne.toFixed(0)}, in 2 ${bareTwo.toFixed(0)}`);
console.log(`  2 are ${(bareOne / bareTwo).toFixed(2)} times as fast as 1: the upper limit on this machine`);
const rows: readonly (readonly [what: string, inProcess: TaskDefinition['run'], exported: string])[] = [
  ['a few ms', work, 'work'],
  ['nothing', nothing, 'nothing'],
];
for (const [what, inProcess, exported] of rows) {
  const [alone, one, two] = await bestOfEach(inProcess, exported);
  const times = [alone, one, two].map((time) => time.toFixed(0));
  console.log(`${what}: in process ${times[0]}, in 1 thread ${times[1]}, in 2 threads ${times[2]}`);
  console.log(
    `  2 threads are ${(one / two).toFixed(2)} times as fast as 1, and ${(alone / two).toFixed(2)} times as fast as none`,
  );
}
