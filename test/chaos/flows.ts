import { setTimeout } from 'node:timers/promises';
import { type AnyWorkflow, type TaskDefinition, type TaskExecution, workflow } from 'tintype';
import { randomFrom } from '../../src/check/search/random-from.ts';

/** A random graph of tasks. Workers and owners know all flows; what happens in a job follows from its id. */
export interface Flow {
  readonly name: string;
  /** Whether its attempts run in workers. */
  readonly isRemote: boolean;
  readonly tasks: readonly FlowTask[];
}

interface FlowTask {
  readonly name: string;
  readonly dependencies: readonly string[];
  /** The keys it returns; other tasks return some of them too. */
  readonly keys: readonly string[];
  readonly timeout: number | undefined;
  readonly isTolerated: boolean;
}

/** What happens to a job. */
interface JobFate {
  readonly maxConcurrency: number;
  readonly timeout: number | undefined;
  /** After how many milliseconds its owner cancels it. */
  readonly cancelAfter: number | undefined;
}

/** What happens to a task of a job. */
interface TaskFate {
  readonly delay: number;
  /** How many attempts fail at first. */
  readonly failures: number;
  /** Whether the first attempt runs until it is aborted. */
  readonly hangs: boolean;
  /** How it fails for good, if it does. */
  readonly fatal: 'throws' | 'returns' | undefined;
}

const LOCAL_FLOWS = 3;
const REMOTE_FLOWS = 2;
export const KEYS = ['a', 'b', 'c', 'd'] as const;
/** More than any fault can use up: how a job ends follows from its fate, not from bad luck. */
const MANY_RETRIES = 100_000;
const FOREVER = 2 ** 31 - 1;
const FATAL = 'fatal';

export function flowsOf(seed: number): Flow[] {
  return Array.from({ length: LOCAL_FLOWS + REMOTE_FLOWS }, (_, index) => {
    const isRemote = index >= LOCAL_FLOWS;
    const name = `${isRemote ? 'remote' : 'local'}-${index}`;
    return { name, isRemote, tasks: randomTasks(randomOf(seed, name)) };
  });
}

export const initialContext = (job: string): object => ({ a: valueFrom(job, 'initial'), b: valueFrom(job, 'initial') });

/** What a task of a job returns. */
export const outputOf = ({ name, keys }: FlowTask, job: string): object =>
  Object.fromEntries(keys.map((key) => [key, valueFrom(job, name)]));

export function jobFate(seed: number, job: string): JobFate {
  const random = randomOf(seed, job);
  return {
    maxConcurrency: pick(random, [1, 2, 4, Number.POSITIVE_INFINITY]),
    timeout: random() < 0.1 ? 200 + Math.floor(random() * 5000) : undefined,
    cancelAfter: random() < 0.1 ? random() * 500 : undefined,
  };
}

export function taskFate(seed: number, job: string, { name, timeout, isTolerated }: FlowTask): TaskFate {
  const random = randomOf(seed, `${job}/${name}`);
  return {
    delay: random() < 0.3 ? 0 : random() * 80,
    failures: random() < 0.2 ? 1 + Math.floor(random() * 2) : 0,
    hangs: timeout !== undefined && random() < 0.3,
    fatal: random() < (isTolerated ? 0.5 : 0.02) ? pick(random, ['throws', 'returns']) : undefined,
  };
}

/** @param onCall called first in each call of a task function */
export function workflowOf(flow: Flow, seed: number, onCall: (context: object, execution: TaskExecution) => void): AnyWorkflow {
  const definitions = flow.tasks.map((task): TaskDefinition => {
    const { name, dependencies, timeout, isTolerated } = task;
    return {
      name,
      dependencies,
      timeout,
      continueOnFailure: isTolerated,
      maxRetries: MANY_RETRIES,
      backoff: { initial: 20, factor: 2, max: 500, jitter: true },
      retryIf: (error) => (error as Error).message !== FATAL,
      run: async (context: object, execution: TaskExecution) => {
        onCall(context, execution);
        const { job, attempt, signal } = execution;
        const fate = taskFate(seed, job, task);
        const delay = fate.hangs && attempt === 1 ? FOREVER : fate.delay;
        if (delay > 0) {
          await setTimeout(delay, undefined, { signal });
        }
        if (attempt <= fate.failures) {
          throw new Error(`${name} fails at first`);
        }
        if (fate.fatal === 'throws') {
          throw new Error(FATAL);
        }
        return fate.fatal === 'returns' ? 'no object' : outputOf(task, job);
      },
    };
  });
  return workflow(flow.name).tasks(definitions);
}

export const isFatal = (seed: number, job: string, task: FlowTask): boolean => taskFate(seed, job, task).fatal !== undefined;

/** A generator that is always the same for a seed and a name. */
export function randomOf(seed: number, name: string): () => number {
  let hash = seed;
  for (const character of name) {
    hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) | 0;
  }
  return randomFrom(hash);
}

export const pick = <T>(random: () => number, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

/** Returns a shuffled copy. */
export function shuffled<T>(random: () => number, list: readonly T[]): T[] {
  return list
    .map((value) => ({ value, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value);
}

const valueFrom = (job: string, from: string): string => `${from} of ${job}`;

function randomTasks(random: () => number): FlowTask[] {
  const count = 4 + Math.floor(random() * 6);
  const tasks = Array.from({ length: count }, (_, index): FlowTask => {
    const earlier = Array.from({ length: index }, (__, other) => other);
    return {
      name: `t${index}`,
      dependencies: earlier.filter(() => random() < 1.5 / Math.max(index, 2)).map((other) => `t${other}`),
      keys: KEYS.filter(() => random() < 0.4),
      timeout: random() < 0.25 ? 150 : undefined,
      isTolerated: false,
    };
  });
  const needed = new Set(tasks.flatMap(({ dependencies }) => dependencies));
  // Nothing can depend on a task whose failure is tolerated. Definition order is not a topological one.
  return shuffled(
    random,
    tasks.map((task) => ({ ...task, isTolerated: !needed.has(task.name) && random() < 0.5 })),
  );
}
