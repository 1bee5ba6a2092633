/** Runs one graph by one library and prints what a task costs, as JSON. `compare.ts` starts it in a fresh process. */
import { GCProfiler, getHeapStatistics } from 'node:v8';
import { heapInUse } from '../heap-in-use.ts';
import { type Cost, costOf, median } from '../statistics.ts';
import { type Graph, type GraphShape, makeGraph } from './graphs.ts';
import { RUNNERS, type RunnerName } from './runners.ts';

export interface Contest {
  readonly shape: GraphShape;
  readonly tasks: number;
  readonly runner: RunnerName;
  /** What a task does: `nothing`, or it waits for a `timer` of 1 ms. */
  readonly work: 'nothing' | 'timer';
}

export interface Budget {
  /** How long to warm up and how long to measure, in milliseconds; a job that has begun is not cut off. */
  readonly warmUp: number;
  readonly measure: number;
}

export interface Costs {
  readonly cpuMicrosPerTask: number;
  readonly wallMicrosPerTask: number;
  /** The most that a job adds to the heap, garbage included. */
  readonly heapBytesPerTask: number;
}

const CONCURRENCY = 8;
const WARM_UP_JOBS = 20;
/** Unless one takes longer than twice the budget. */
const FEWEST_JOBS = 3;
const WARM_UP_TASKS = 1000;

const WORK = {
  nothing: async () => {},
  timer: () => new Promise<void>((resolve) => setTimeout(resolve, 1)),
};

async function measure({ shape, tasks, runner, work }: Contest, budget: Budget): Promise<Costs> {
  const play = (graph: Graph, kind = work) => RUNNERS[runner](graph, WORK[kind], CONCURRENCY);
  const few = makeGraph(shape, Math.min(tasks, WARM_UP_TASKS));
  const warmUpEnd = performance.now() + budget.warmUp;
  for (let job = 0; job < WARM_UP_JOBS && performance.now() < warmUpEnd; job += 1) {
    await play(few, 'nothing');
  }
  const graph = makeGraph(shape, tasks);
  const jobs: Cost[] = [];
  const end = performance.now() + budget.measure;
  const isSlow = () => jobs.some(({ wall }) => wall > 2000 * budget.measure);
  while (performance.now() < end || (jobs.length < FEWEST_JOBS && !isSlow())) {
    jobs.push(await costOf(() => play(graph)));
  }
  // Last, since collecting garbage also throws away compiled code.
  const heap = await heapOf(() => play(graph));
  const medianOf = (key: keyof Cost) => median(jobs.map((job) => job[key])) / tasks;
  return {
    cpuMicrosPerTask: round(medianOf('cpu')),
    wallMicrosPerTask: round(medianOf('wall')),
    heapBytesPerTask: Math.round(heap / tasks),
  };
}

/** By how much the heap is larger at its largest, which is before garbage is collected, or at the end. */
async function heapOf(play: () => Promise<unknown>): Promise<number> {
  const before = await heapInUse();
  const profiler = new GCProfiler();
  profiler.start();
  await play();
  const { statistics } = profiler.stop();
  const used = statistics.map(({ beforeGC }) => beforeGC.heapStatistics.usedHeapSize);
  return Math.max(...used, getHeapStatistics().used_heap_size) - before;
}

const round = (value: number): number => Number(value.toPrecision(3));

const [contest, budget] = process.argv.slice(2).map((argument) => JSON.parse(argument));
console.log(JSON.stringify(await measure(contest, budget)));
