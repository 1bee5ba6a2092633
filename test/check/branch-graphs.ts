import type { TaskDefinition } from 'tintype';
import type { ModelOptions } from 'tintype/check';
import { AT_ONCE, task } from './dags.ts';

interface Size {
  readonly states: number;
  readonly transitions: number;
  /** How many paths it takes to go through each step. */
  readonly paths: number;
}

export interface BranchGraph {
  readonly name: string;
  readonly tasks: readonly TaskDefinition[];
  readonly options: ModelOptions;
  /** All without the reduction of the finished context; a change of the machines shows here. */
  readonly size: Size;
  /** The same where processes and workers may die, and results come twice and late. */
  readonly faultySize: Size;
  /** Where processes and workers may die, and what was interrupted counts. */
  readonly countedSize: Size;
}

/** A condition that is a function; what it returns is chosen. */
export const when = () => true;

/** Small workflows that have between them all kinds of edges and conditions, and what a job may do after a failure. */
export const BRANCH_GRAPHS: readonly BranchGraph[] = [
  {
    name: 'diamond with branches that exclude each other, and an anyOf join',
    tasks: [
      task('risk', [], { timeout: 10 }),
      task('review', ['risk'], { when: { risk: { route: 'manual' } } }),
      task('approve', ['risk'], { when: { risk: { route: ['auto', undefined] } } }),
      task('ship', [{ anyOf: ['review', 'approve'] }]),
    ],
    options: { ...AT_ONCE, maxRetries: 1 },
    size: { states: 142, transitions: 240, paths: 202 },
    faultySize: { states: 864, transitions: 2029, paths: 1512 },
    countedSize: { states: 911, transitions: 1683, paths: 1569 },
  },
  {
    name: 'keepGoing with settled joins',
    tasks: [
      task('a', [], { timeout: 10 }),
      task('b'),
      task('c', ['a']),
      task('d', ['b', { settled: 'c' }]),
      task('e', [{ settled: 'a' }, { settled: 'd' }]),
    ],
    options: { ...AT_ONCE, maxRetries: 0, onFailure: 'keepGoing', timeout: 100 },
    size: { states: 93, transitions: 207, paths: 184 },
    faultySize: { states: 928, transitions: 2450, paths: 1966 },
    countedSize: { states: 968, transitions: 2148, paths: 2026 },
  },
  {
    name: 'finishRunning with a retry and conditions',
    tasks: [
      task('a', [], { backoff: 5, maxRetries: 1 }),
      task('b'),
      task('c', ['a'], { when }),
      task('d', ['a', { settled: 'c' }], { when: { a: { x: 1 } } }),
    ],
    options: { ...AT_ONCE, maxRetries: 0, onFailure: 'finishRunning', outcomes: ['returns', 'throws'] },
    size: { states: 168, transitions: 286, paths: 233 },
    faultySize: { states: 977, transitions: 2732, paths: 2106 },
    countedSize: { states: 786, transitions: 1737, paths: 1595 },
  },
  {
    name: 'conditions that are functions, one slot, and failures that are tolerated',
    tasks: [
      task('a', [], { when, continueOnFailure: true }),
      task('b', [{ settled: 'a' }], { when }),
      task('c', [{ settled: 'a' }], { continueOnFailure: true }),
      task('d', ['b', 'c']),
    ],
    options: { ...AT_ONCE, maxRetries: 0, maxConcurrency: 1 },
    size: { states: 76, transitions: 152, paths: 131 },
    faultySize: { states: 515, transitions: 1017, paths: 838 },
    countedSize: { states: 535, transitions: 933, paths: 871 },
  },
];
