import type { AnyStateMachine } from 'xstate';
import type { OnFailure, UndoneEnd } from '../../machines/messages.ts';
import type { TaskGraph } from '../../workflow/graph/task-graph.ts';
import type { RetryOptions } from '../../workflow/options/retry-options.ts';
import type { ResumeLimits } from '../resume-limits.ts';
import type { Outcome } from './choice.ts';

/** The model of a job. */
export interface JobModel extends RetryOptions {
  readonly graph: TaskGraph;
  readonly maxConcurrency: number;
  /** For tasks without a `maxRetries` of their own. */
  readonly maxRetries: number;
  readonly onFailure: OnFailure;
  /** The ends before which tasks are undone. */
  readonly undo: readonly UndoneEnd[];
  /** Whether tasks may be undone, or there are finally tasks. */
  readonly hasPhases: boolean;
  /** Whether tasks may be skipped, or the job may go on after a failure, or has more phases than one. */
  readonly isBranching: boolean;
  /** In milliseconds. */
  readonly timeout: number | undefined;
  /** How the attempts of each task may end, in definition order; then, how those to undo it may. */
  readonly outcomes: readonly (readonly Outcome[])[];
  /** Where the job may be cancelled. */
  readonly cancel: 'anywhere' | 'between-steps' | false;
  /** When a timer may fire: at any time, or only while every running attempt may never end. */
  readonly timers: 'anytime' | 'idle';
  /** Whether the job is saved, and its process and workers may die at any time. */
  readonly crash: 'anywhere' | false;
  /** The limits that a resume after a crash may have, besides those of the job. */
  readonly resumeLimits: readonly ResumeLimits[];
  /** Whether an attempt interrupted by a crash counts as failed. */
  readonly countInterrupted: boolean;
  /** Whether the result of an attempt arrives once, or may arrive again and late. */
  readonly delivery: 'exactly-once' | 'at-least-once';
  readonly machines: { readonly job: AnyStateMachine; readonly task: AnyStateMachine };
}
