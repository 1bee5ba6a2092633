import type { EventStamp, FailureReason, SkipReason, TaskEmitted, TaskState, UndoEmitted } from '../../machines/events.ts';

/** The state of a task, and how it got there. */
export interface TaskReport<Name extends string = string> {
  readonly task: Name;
  readonly state: TaskState;
  /** How many attempts have started. */
  readonly attempts: number;
  /** The error that failed the task; while the task is being retried, or if it is cancelled then, the error of its last attempt. */
  readonly error?: unknown;
  /** Why it failed, was cancelled or was skipped; while it is being retried, why its last attempt failed. */
  readonly reason?: FailureReason | SkipReason;
  /** Set if `reason` is `dependency`: the task behind the skip, which failed or was skipped by its own condition. */
  readonly origin?: string;
  /** How it was undone, or why it wasn't; absent if there is nothing to undo, or not yet. */
  readonly undo?: UndoReport;
  /** When its first attempt started, by the job's clock, in milliseconds since 1970-01-01 UTC. */
  readonly startedAt?: number;
  /** When it settled, by the same clock. */
  readonly endedAt?: number;
}

/** How a task was undone. */
export interface UndoReport {
  /** How many undo attempts have started. */
  readonly attempts: number;
  /** The error of the failed undo; while it is being retried, the error of its last attempt. */
  readonly error?: unknown;
  readonly reason?: FailureReason;
  /** The dependent whose failed undo kept this task from being undone. */
  readonly blockedBy?: string;
}

/** A task that failed, and why. */
export interface TaskFailure<Name extends string = string> {
  readonly task: Name;
  readonly reason: FailureReason;
  /** The thrown value itself, a TaskTimedOutError, an InvalidResultError, a RetryPolicyError or an InvalidConditionError. */
  readonly error: unknown;
  /** How many attempts were made; 0 if its condition failed. */
  readonly attempts: number;
  /** Set if it was the undo of the task that failed. */
  readonly isUndo?: true;
}

/** A report under construction. */
export type TaskRecord = { -readonly [Key in keyof TaskReport]: TaskReport[Key] };

/** Updates the report of a task from one of its events. */
export function recordEvent(record: TaskRecord, event: TaskEmitted & EventStamp): void {
  record.state = event.to;
  record.attempts = event.attempt;
  if ('reason' in event) {
    record.reason = event.reason;
  }
  if ('error' in event) {
    record.error = event.error;
  }
  switch (event.to) {
    case 'ready':
    case 'backingOff':
      break;
    case 'running':
      record.startedAt ??= event.at;
      break;
    case 'completed':
      forgetError(record);
      record.endedAt = event.at;
      break;
    case 'skipped':
      if (event.origin !== undefined) {
        record.origin = event.origin;
      }
      record.endedAt = event.at;
      break;
    case 'failed':
    case 'cancelled':
      record.endedAt = event.at;
      break;
    default:
      event satisfies never;
  }
}

/** Updates the report of a task that is undone. */
export function recordUndo(record: TaskRecord, { type: _, ...event }: UndoEmitted & EventStamp): void {
  const { to, attempt: attempts } = event;
  record.state = to;
  record.undo = Object.freeze({
    attempts,
    ...('error' in event && { error: event.error, reason: event.reason as FailureReason }),
  });
}

/** Updates the report of a task that is not undone, since the undo of another one failed. */
export function recordBlockedUndo(record: TaskRecord, blockedBy: string): void {
  record.undo = Object.freeze({ attempts: 0, blockedBy });
}

function forgetError(record: TaskRecord): void {
  if ('error' in record) {
    delete record.error;
    delete record.reason;
  }
}

/** The failure in the report of a failed task. */
export const failureOf = ({ task, reason, error, attempts }: TaskReport): TaskFailure =>
  Object.freeze({ task, reason: reason as FailureReason, error, attempts });
