import type { EventStamp, FailureReason, SkipReason, TaskEmitted, TaskState } from '../../machines/events.ts';

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
  /** Only if `reason` is `dependency`: the task that failed, or was skipped by its condition, and so kept this one from running. */
  readonly origin?: string;
  /** When its first attempt started, by the job's clock, in milliseconds since 1970-01-01 UTC. */
  readonly startedAt?: number;
  /** When it settled, by the same clock. */
  readonly endedAt?: number;
}

/** A task that failed, and why. */
export interface TaskFailure<Name extends string = string> {
  readonly task: Name;
  readonly reason: FailureReason;
  /** The thrown value itself, a TaskTimedOutError, an InvalidResultError, a RetryPolicyError or an InvalidConditionError. */
  readonly error: unknown;
  /** How many attempts were made; 0 if its condition failed. */
  readonly attempts: number;
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

function forgetError(record: TaskRecord): void {
  if ('error' in record) {
    delete record.error;
    delete record.reason;
  }
}

/** The failure in the report of a failed task. */
export const failureOf = ({ task, reason, error, attempts }: TaskReport): TaskFailure =>
  Object.freeze({ task, reason: reason as FailureReason, error, attempts });
