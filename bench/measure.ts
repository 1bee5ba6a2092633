/** Runs or validates one job and prints what that cost, as JSON. `scale.ts` starts it in a fresh process. */
import { GCProfiler, getHeapStatistics } from 'node:v8';
import { type Job, type JobResult, run, type TaskDefinition, validateTasks } from 'tintype';
import { heapInUse } from './heap-in-use.ts';
import { type Measurement, makeTasks, WARM_UP_TASKS } from './shapes.ts';
import { costOf } from './statistics.ts';

interface Cost {
  /** The CPU time of all threads of the process, in microseconds a task. */
  readonly cpu: number;
  /** In milliseconds. */
  readonly wall: number;
}

export interface JobRow extends Measurement, Cost {
  /** The most of the heap that was in use, garbage included: before a garbage collection or at the end. In MiB. */
  readonly peakHeap: number;
  /** How long the main thread collected garbage, in milliseconds. */
  readonly gc: number;
  /** What the heap holds while the handle and the result of the ended job are kept, in bytes a task. */
  readonly held: number;
  /** How the job ended. */
  readonly state: JobResult['state'];
  /** How many tasks ended in which state. */
  readonly states: Readonly<Record<string, number>>;
}

export interface ValidationRow extends Measurement, Cost {}

interface Ended {
  readonly job: Job;
  readonly result: JobResult;
}

/** Makes the tasks of a job, and a function that runs it to its end. */
function prepare(measurement: Measurement): { definitions: TaskDefinition[]; play: () => Promise<Ended> } {
  if (measurement.shape !== 'cancel') {
    const definitions = makeTasks(measurement, async () => {});
    const play = async () => {
      const job = run(definitions);
      return { job, result: await job };
    };
    return { definitions, play };
  }
  let calls = 0;
  const nothing = () => {};
  let cancel = nothing;
  const definitions = makeTasks(measurement, () => {
    calls += 1;
    if (calls === measurement.tasks) {
      setImmediate(cancel);
    }
    return new Promise<undefined>(() => {});
  });
  const play = async () => {
    const job = run(definitions);
    cancel = () => job.cancel();
    const result = await job;
    // The definitions outlive the job, and would keep it in the heap.
    cancel = nothing;
    return { job, result };
  };
  return { definitions, play };
}

async function measureJob(measurement: Measurement): Promise<JobRow> {
  for (let job = 0; job < measurement.warmUp; job++) {
    await prepare({ ...measurement, tasks: WARM_UP_TASKS }).play();
  }
  const { definitions, play } = prepare(measurement);
  const profiler = new GCProfiler();
  profiler.start();
  // No garbage is collected just before: that would also throw away compiled code, and undo the warm-up.
  const ended: Ended[] = [];
  const cost = await costPerTask(measurement, async () => ended.push(await play()));
  const { statistics } = profiler.stop();
  const inUse = statistics.map(({ beforeGC }) => beforeGC.heapStatistics.usedHeapSize);
  const peak = Math.max(...inUse, getHeapStatistics().used_heap_size);
  return {
    ...measurement,
    ...cost,
    ...endOf(ended),
    peakHeap: peak / 2 ** 20,
    gc: statistics.reduce((sum, { cost }) => sum + cost, 0) / 1000,
    held: (await heldBy(ended)) / definitions.length,
  };
}

/** How much of the heap is free once these are forgotten, in bytes. */
async function heldBy(ended: Ended[]): Promise<number> {
  const before = await heapInUse();
  ended.length = 0;
  return before - (await heapInUse());
}

function endOf([ended]: Ended[]): Pick<JobRow, 'state' | 'states'> {
  const { result } = ended as Ended;
  const states: Record<string, number> = {};
  for (const { state } of result.tasks.values()) {
    states[state] = (states[state] ?? 0) + 1;
  }
  return { state: result.state, states };
}

async function measureValidation(measurement: Measurement): Promise<ValidationRow> {
  for (let job = 0; job < measurement.warmUp; job++) {
    validateTasks(makeTasks({ ...measurement, tasks: WARM_UP_TASKS }, async () => {}));
  }
  const definitions = makeTasks(measurement, async () => {});
  return { ...measurement, ...(await costPerTask(measurement, async () => validateTasks(definitions))) };
}

async function costPerTask({ tasks }: Measurement, play: () => Promise<unknown>): Promise<Cost> {
  const { cpu, wall } = await costOf(play);
  return { cpu: cpu / tasks, wall: wall / 1000 };
}

const [what, measurement] = process.argv.slice(2).map((argument) => JSON.parse(argument));
const measure = what === 'validation' ? measureValidation : measureJob;
console.log(JSON.stringify(await measure(measurement)));
