import type { TaskDefinition } from 'tintype';
import type { ModelOptions } from 'tintype/check';

export interface Dag {
  readonly name: string;
  readonly tasks: readonly TaskDefinition[];
  readonly options: ModelOptions;
}

const run = () => {};

export const task = (
  name: string,
  dependencies: readonly string[] = [],
  more: Partial<TaskDefinition> = {},
): TaskDefinition => ({
  name,
  run,
  dependencies,
  ...more,
});

/** Small workflows that have between them all that a task and a job can do. */
export const DAGS: readonly Dag[] = [
  {
    name: 'join of 3, with timeouts and a backoff',
    tasks: [
      task('a', [], { timeout: 10, backoff: 5 }),
      task('b', [], { retryIf: () => true }),
      task('c', ['a', 'b'], { continueOnFailure: true }),
    ],
    options: { maxRetries: 1, timeout: 100 },
  },
  {
    name: 'chain of 3, with a timeout',
    tasks: [task('a'), task('b', ['a'], { timeout: 10, backoff: () => 5 }), task('c', ['b'])],
    options: { maxRetries: 1 },
  },
  {
    name: 'diamond of 4, with a job timeout',
    tasks: [task('a'), task('b', ['a']), task('c', ['a']), task('d', ['b', 'c'])],
    options: { maxRetries: 1, timeout: 100 },
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
    options: { maxRetries: 1, maxConcurrency: 2 },
  },
];
