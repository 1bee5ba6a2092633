import type { ListrTask } from 'listr2';
import type { RunOptions } from 'tintype';
import type { Graph } from './graphs.ts';

/** Runs a graph of tasks that all do the same work, at most so many at a time. */
type Runner = (graph: Graph, work: () => Promise<void>, concurrency: number) => Promise<unknown>;

// Each loads its library by itself, so that a process has only the one that it measures.

const nameOf = (index: number) => `t${index}`;

const tintype =
  (options?: RunOptions): Runner =>
  async (graph, work, maxConcurrency) => {
    const { run } = await import('tintype');
    const tasks = graph.map((dependencies, index) => ({
      name: nameOf(index),
      run: work,
      dependencies: dependencies.map(nameOf),
    }));
    return run(tasks, { maxConcurrency, ...options }).unwrap();
  };

const pGraph: Runner = async (graph, work, concurrency) => {
  const { PGraph } = await import('p-graph');
  const nodes = new Map(graph.map((_, index) => [nameOf(index), { run: work }]));
  const edges = graph.flatMap((dependencies, index) =>
    dependencies.map((dependency): [string, string] => [nameOf(dependency), nameOf(index)]),
  );
  return new PGraph(nodes, edges).run({ concurrency });
};

const asyncAuto: Runner = async (graph, work, concurrency) => {
  const { auto } = await import('async');
  const tasks = graph.map((dependencies, index) => [nameOf(index), [...dependencies.map(nameOf), async () => work()]]);
  return auto(Object.fromEntries(tasks), concurrency);
};

const effect: Runner = async (graph, work, concurrency) => {
  const { Deferred, Effect, Semaphore } = await import('effect');
  const program = Effect.gen(function* () {
    const slots = yield* Semaphore.make(concurrency);
    const ends = yield* Effect.forEach(graph, () => Deferred.make<void>());
    const attempt = slots.withPermits(1)(Effect.promise(work));
    const task = (dependencies: readonly number[], index: number) =>
      Effect.gen(function* () {
        for (const dependency of dependencies) {
          yield* Deferred.await(ends[dependency] as (typeof ends)[number]);
        }
        yield* attempt;
        yield* Deferred.succeed(ends[index] as (typeof ends)[number], undefined);
      });
    yield* Effect.forEach(graph, task, { concurrency: 'unbounded', discard: true });
  });
  return Effect.runPromise(program);
};

/** It has no limit. */
const betterAll: Runner = async (graph, work) => {
  const { all } = await import('better-all');
  const tasks = graph.map((dependencies, index) => [
    nameOf(index),
    async function (this: { readonly $: Readonly<Record<string, Promise<unknown>>> }) {
      for (const dependency of dependencies) {
        await this.$[nameOf(dependency)];
      }
      return work();
    },
  ]);
  return all(Object.fromEntries(tasks));
};

/** It has lists in lists: one list a level, so that a task waits for its whole level. */
const listr2: Runner = async (graph, work, concurrent) => {
  const { Listr } = await import('listr2');
  const levels: ListrTask[][] = [];
  const depths: number[] = [];
  for (const [index, dependencies] of graph.entries()) {
    const depth = Math.max(0, ...dependencies.map((dependency) => (depths[dependency] as number) + 1));
    depths.push(depth);
    levels[depth] ??= [];
    levels[depth].push({ title: nameOf(index), task: work });
  }
  const lists = levels.map((level): ListrTask => ({ task: (_, task) => task.newListr(level, { concurrent }) }));
  return new Listr(lists, { renderer: 'silent', concurrent: false }).run();
};

/** A promise graph as one would write it for the occasion: who is next, who waits for how many, and nothing else. */
const byHand: Runner = async (graph, work, concurrency) => {
  const waiting = graph.map((dependencies) => dependencies.length);
  const dependents: number[][] = graph.map(() => []);
  for (const [index, dependencies] of graph.entries()) {
    for (const dependency of dependencies) {
      dependents[dependency]?.push(index);
    }
  }
  const queue = [...waiting.keys()].filter((index) => waiting[index] === 0);
  let next = 0;
  let running = 0;
  let left = graph.length;
  return new Promise<void>((resolve, reject) => {
    const start = (): void => {
      for (; running < concurrency && next < queue.length; next += 1) {
        const index = queue[next] as number;
        running += 1;
        work().then(() => end(index), reject);
      }
    };
    const end = (index: number): void => {
      running -= 1;
      left -= 1;
      for (const dependent of dependents[index] as number[]) {
        waiting[dependent] = (waiting[dependent] as number) - 1;
        if (waiting[dependent] === 0) {
          queue.push(dependent);
        }
      }
      if (left === 0) {
        resolve();
      } else {
        start();
      }
    };
    start();
  });
};

export const RUNNERS = {
  tintype: tintype(),
  'tintype, by XState': tintype({ interpreter: 'xstate' }),
  'p-graph': pGraph,
  'async.auto': asyncAuto,
  Effect: effect,
  'better-all': betterAll,
  listr2,
  'by hand': byHand,
} satisfies Record<string, Runner>;

export type RunnerName = keyof typeof RUNNERS;
