import type { FailureReason, RetryReason, SkipReason, StopReason } from './states.ts';

/** The fields that every task event has. */
interface TaskTransition {
  /** The name of the task. */
  readonly task: string;
  /** The number of attempts started so far; 0 before the first. */
  readonly attempt: number;
}

/** The task is waiting for a slot: its dependencies and its condition allow it to run, or it will be retried. */
export interface TaskReadyEvent extends TaskTransition {
  readonly type: 'task.ready';
  /** The previous state. */
  readonly from: 'unscheduled' | 'running' | 'backingOff';
  /** The new state. */
  readonly to: 'ready';
  /** Why the last attempt failed; only if `from` is `running`. */
  readonly reason?: RetryReason;
  /** The error of the last attempt; only if `from` is `running`. */
  readonly error?: unknown;
}

/** An attempt starts. The task's function is called after this event. */
export interface TaskRunningEvent extends TaskTransition {
  readonly type: 'task.running';
  /** The previous state. */
  readonly from: 'ready';
  /** The new state. */
  readonly to: 'running';
}

/** An attempt failed and will be retried after a delay. The task holds no slot while it waits. */
export interface TaskBackingOffEvent extends TaskTransition {
  readonly type: 'task.backingOff';
  /** The previous state. */
  readonly from: 'running';
  /** The new state. */
  readonly to: 'backingOff';
  /** Why the attempt failed. */
  readonly reason: RetryReason;
  /** The error of the attempt. */
  readonly error: unknown;
  /** The delay before the next attempt, in milliseconds. */
  readonly delay: number;
}

/** The task returned a valid result, which is already in the context. */
export interface TaskCompletedEvent extends TaskTransition {
  readonly type: 'task.completed';
  /** The previous state. */
  readonly from: 'running';
  /** The new state. */
  readonly to: 'completed';
  /** The value the task returned. */
  readonly output: object | undefined;
}

/** The task failed and will not be retried. */
export interface TaskFailedEvent extends TaskTransition {
  readonly type: 'task.failed';
  /** The previous state; `unscheduled` if its `when` threw or returned something other than true or false. */
  readonly from: 'unscheduled' | 'running';
  /** The new state. */
  readonly to: 'failed';
  /** Why the last attempt failed; `exception` for a failed `when`. */
  readonly reason: FailureReason;
  /**
   * The error of the last attempt, or of `when`: the value thrown, or a TaskTimedOutError, InvalidResultError, RetryPolicyError or
   * InvalidConditionError.
   */
  readonly error: unknown;
}

/** The job ended while the task was ready, running or backing off. */
export interface TaskCancelledEvent extends TaskTransition {
  readonly type: 'task.cancelled';
  /** The previous state. */
  readonly from: 'ready' | 'running' | 'backingOff';
  /** The new state. */
  readonly to: 'cancelled';
  /** Why the job ended. */
  readonly reason: StopReason;
}

/** The task won't run: its condition or its dependencies don't allow it, or the job ended first. */
export interface TaskSkippedEvent extends TaskTransition {
  readonly type: 'task.skipped';
  /** The previous state. */
  readonly from: 'unscheduled';
  /** The new state. */
  readonly to: 'skipped';
  /** `condition`, `dependency`, or why the job ended. */
  readonly reason: SkipReason;
  /**
   * Set if `reason` is `dependency`: the task behind the skip, which failed or was skipped by its own condition. If there are several, the
   * first in workflow order.
   */
  readonly origin?: string;
}

/** The task is being undone; emitted for each step. */
export interface TaskUndoingEvent {
  readonly type: 'task.undoing';
  /** The name of the task. */
  readonly task: string;
  /** The previous state. */
  readonly from: 'completed' | 'failed' | 'cancelled' | 'skipped' | 'undoing';
  /** The new state. */
  readonly to: 'undoing';
  /** What the undo is doing: waiting for a slot, running its function, or waiting for a retry. */
  readonly step: 'ready' | 'running' | 'backingOff';
  /** The number of undo attempts started so far; 0 before the first. */
  readonly attempt: number;
  /** Why the last undo attempt failed; only if it just failed. */
  readonly reason?: RetryReason;
  /** The error of the last undo attempt; only if it just failed. */
  readonly error?: unknown;
  /** The delay before the next attempt, in milliseconds; only if `step` is `backingOff`. */
  readonly delay?: number;
}

/** The task was undone. */
export interface TaskUndoneEvent {
  readonly type: 'task.undone';
  /** The name of the task. */
  readonly task: string;
  /** The previous state. */
  readonly from: 'undoing';
  /** The new state. */
  readonly to: 'undone';
  /** The number of undo attempts. */
  readonly attempt: number;
}

/** The undo of the task failed and will not be retried. The tasks it depends on won't be undone. */
export interface TaskUndoFailedEvent {
  readonly type: 'task.undoFailed';
  /** The name of the task. */
  readonly task: string;
  /** The previous state. */
  readonly from: 'undoing';
  /** The new state. */
  readonly to: 'undoFailed';
  /** The number of undo attempts. */
  readonly attempt: number;
  /** Why the last undo attempt failed. */
  readonly reason: FailureReason;
  /** The error of the last undo attempt. */
  readonly error: unknown;
}

/** The events a task machine emits, one per transition. */
export type TaskEmitted =
  | TaskReadyEvent
  | TaskRunningEvent
  | TaskBackingOffEvent
  | TaskCompletedEvent
  | TaskFailedEvent
  | TaskCancelledEvent
  | TaskSkippedEvent;

/** The events of a task that is undone, one per transition. */
export type UndoEmitted = TaskUndoingEvent | TaskUndoneEvent | TaskUndoFailedEvent;
