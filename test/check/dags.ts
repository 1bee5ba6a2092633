import type { TaskDefinition } from 'tintype';
import type { ModelOptions } from 'tintype/check';

export interface Dag {
  readonly name: string;
  readonly tasks: readonly TaskDefinition[];
  readonly options: ModelOptions;
  /**
   * How many states and steps it has, and how many paths it takes to go through each step, all without the reduction of the
   * finished context; a change of the machines shows here.
   */
  readonly size: Size;
  /** The same where processes and workers may die, and results come twice and late. */
  readonly faultySize: Size;
  /** Where processes and workers may die, and what was interrupted counts. */
  readonly countedSize: Size;
  /** What the paths of the faulty ones cover, if it would take minutes to cover each step. */
  readonly faultyCover?: 'transitions';
}

interface Size {
  readonly states: number;
  readonly transitions: number;
  readonly paths: number;
}

const run = () => {};

export const task = (
  name: string,
  dependencies: TaskDefinition['dependencies'] = [],
  more: Partial<TaskDefinition> = {},
): TaskDefinition => ({
  name,
  run,
  dependencies,
  ...more,
});

/** Every error is retried at once, as it was by default in version 0.1.0: the retry policy is no choice. */
export const AT_ONCE = { backoff: 0, retryIf: true } as const;

/** Small workflows that have between them all that a task and a job can do. */
export const DAGS: readonly Dag[] = [
  {
    name: 'join of 3, with timeouts and a backoff',
    tasks: [
      task('a', [], { timeout: 10, backoff: 5 }),
      task('b', [], { retryIf: () => true }),
      task('c', ['a', 'b'], { continueOnFailure: true }),
    ],
    options: { ...AT_ONCE, maxRetries: 1, timeout: 100 },
    size: { states: 108, transitions: 208, paths: 184 },
    faultySize: { states: 1193, transitions: 3219, paths: 2749 },
    countedSize: { states: 978, transitions: 2161, paths: 2059 },
  },
  {
    name: 'chain of 3, with a timeout',
    tasks: [task('a'), task('b', ['a'], { timeout: 10, backoff: () => 5 }), task('c', ['b'])],
    options: { ...AT_ONCE, maxRetries: 1 },
    size: { states: 78, transitions: 148, paths: 126 },
    faultySize: { states: 499, transitions: 1218, paths: 894 },
    countedSize: { states: 518, transitions: 998, paths: 914 },
  },
  {
    name: 'diamond of 4, with a job timeout',
    tasks: [task('a'), task('b', ['a']), task('c', ['a']), task('d', ['b', 'c'])],
    options: { ...AT_ONCE, maxRetries: 1, timeout: 100 },
    size: { states: 194, transitions: 342, paths: 300 },
    faultySize: { states: 790, transitions: 2178, paths: 1730 },
    countedSize: { states: 837, transitions: 1864, paths: 1772 },
  },
  {
    name: 'diamond of 5 with two slots, and timeouts',
    tasks: [
      task('a'),
      task('b', ['a'], { timeout: 10 }),
      task('c', ['a'], { backoff: 5 }),
      task('d', ['a'], { continueOnFailure: true }),
      task('e', ['b', 'c']),
    ],
    options: { ...AT_ONCE, maxRetries: 1, maxConcurrency: 2 },
    size: { states: 954, transitions: 2838, paths: 2526 },
    faultySize: { states: 13459, transitions: 43076, paths: 25 },
    countedSize: { states: 13188, transitions: 30626, paths: 24 },
    faultyCover: 'transitions',
  },
];
