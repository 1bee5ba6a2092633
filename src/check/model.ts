import type { AnyStateMachine } from 'xstate';
import type { RetryOptions } from '../workflow/retry-options.ts';
import type { TaskGraph } from '../workflow/task-graph.ts';
import type { Outcome } from './choice.ts';

/** A job as it is checked. */
export interface JobModel extends RetryOptions {
  readonly graph: TaskGraph;
  readonly maxConcurrency: number;
  /** For tasks that say nothing else. */
  readonly maxRetries: number;
  /** In milliseconds. */
  readonly timeout: number | undefined;
  /** How the attempts of each task may end, in the order of definition. */
  readonly outcomes: readonly (readonly Outcome[])[];
  /** Where a cancel may come. */
  readonly cancel: 'anywhere' | 'between-steps' | false;
  /** When a timer may go off: at any time, or only while each attempt that runs may never end. */
  readonly timers: 'anytime' | 'idle';
  /** Whether the job is on record, and its process and the workers of its attempts may die at any time. */
  readonly crash: 'anywhere' | false;
  /** Whether an attempt that was interrupted by a crash counts as a failed one. */
  readonly countInterrupted: boolean;
  /** Whether the result of an attempt comes once, or may come again and late. */
  readonly delivery: 'exactly-once' | 'at-least-once';
  readonly machines: { readonly job: AnyStateMachine; readonly task: AnyStateMachine };
}
