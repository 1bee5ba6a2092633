/** Counts what a job of 1,000 tasks does, and prints that as JSON. `guard.ts` starts it in a fresh process without a compiler. */
import { createHook } from 'node:async_hooks';
import { GCProfiler, getHeapStatistics } from 'node:v8';
import { type RunOptions, run, type TaskDefinition, type TaskExecution } from 'tintype';
import { makeGraph } from '../compare/graphs.ts';
import { heapInUse } from '../heap-in-use.ts';

const TASKS = 1000;

const plain = (shape: 'chain' | 'layers of 10'): TaskDefinition[] =>
  makeGraph(shape, TASKS).map((dependencies, index) => ({
    name: `t${index}`,
    run: async () => {},
    dependencies: dependencies.map((dependency) => `t${dependency}`),
  }));

const JOBS: Readonly<Record<string, () => TaskDefinition[]>> = {
  chain: () => plain('chain'),
  'layers of 10': () => plain('layers of 10'),
  'chain with timeouts and retries': () =>
    plain('chain').map((task) => ({
      ...task,
      timeout: 600_000,
      run: async (_: object, { attempt }: TaskExecution) => (attempt === 1 ? Promise.reject('again') : undefined),
      backoff: 0,
    })),
};

const play = (job: string, options?: RunOptions) =>
  run((JOBS[job] as () => TaskDefinition[])(), { maxConcurrency: 8, ...options });

/** How many inspection events of each type there are. */
async function countInspected(job: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  await play(job, {
    inspect: ({ type }) => {
      counts[type] = (counts[type] ?? 0) + 1;
    },
  });
  return counts;
}

async function countWhileRunning(job: string): Promise<Record<string, number>> {
  let promises = 0;
  let timers = 0;
  let abortControllers = 0;
  const { AbortController } = globalThis;
  globalThis.AbortController = class extends AbortController {
    constructor() {
      super();
      abortControllers += 1;
    }
  };
  const hook = createHook({
    init: (_, type) => {
      promises += type === 'PROMISE' ? 1 : 0;
    },
  });
  const clock: RunOptions['clock'] = {
    setTimeout: (callback, milliseconds) => {
      timers += 1;
      return setTimeout(callback, milliseconds);
    },
    clearTimeout: (id) => clearTimeout(id),
    now: () => Date.now(),
  };
  hook.enable();
  await play(job, { clock });
  hook.disable();
  globalThis.AbortController = AbortController;
  return { promises, timers, abortControllers };
}

/** How much memory is asked for, which depends on the version of Node.js. */
async function countBytes(job: string): Promise<number> {
  await play(job);
  let used = await heapInUse();
  const profiler = new GCProfiler();
  profiler.start();
  await play(job);
  const { statistics } = profiler.stop();
  let bytes = 0;
  for (const { beforeGC, afterGC } of statistics) {
    bytes += beforeGC.heapStatistics.usedHeapSize - used;
    used = afterGC.heapStatistics.usedHeapSize;
  }
  return bytes + getHeapStatistics().used_heap_size - used;
}

const counts: Record<string, Record<string, number>> = {};
for (const job of Object.keys(JOBS)) {
  const inspected = await countInspected(job);
  const perTask = (count: number | undefined) => Number(((count ?? 0) / TASKS).toFixed(3));
  counts[job] = {
    actors: perTask(inspected['@xstate.actor']),
    messages: perTask(inspected['@xstate.event']),
    transitions: perTask(inspected['@xstate.microstep']),
    actions: perTask(inspected['@xstate.action']),
    ...Object.fromEntries(Object.entries(await countWhileRunning(job)).map(([what, count]) => [what, perTask(count)])),
    bytes: Math.round((await countBytes(job)) / TASKS),
  };
}
console.log(JSON.stringify(counts));
