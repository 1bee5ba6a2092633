import type { EventStamp, FailureReason, StopReason, TaskEmitted, TaskState } from '../machines/events.ts';

/** What became of a task, or how it stands. */
export interface TaskReport<Name extends string = string> {
  readonly task: Name;
  readonly state: TaskState;
  /** How many attempts have begun. */
  readonly attempts: number;
  /** What the task failed with; while it is repeated, and if it is cancelled then, what its last attempt failed with. */
  readonly error?: unknown;
  /** Why it failed, was cancelled or was skipped; while it is repeated, why its last attempt failed. */
  readonly reason?: FailureReason | StopReason;
  /** When its first attempt began: milliseconds since 1970-01-01 UTC, as the job's clock tells it. */
  readonly startedAt?: number;
  /** When it settled, likewise. */
  readonly endedAt?: number;
}

/** Which task made the job fail, and why. */
export interface TaskFailure<Name extends string = string> {
  readonly task: Name;
  readonly reason: FailureReason;
  /** The very thing thrown, a TaskTimedOutError, an InvalidResultError or a RetryPolicyError. */
  readonly error: unknown;
  /** How many attempts were made. */
  readonly attempts: number;
}

/** A report that is still being written. */
export type TaskRecord = { -readonly [Key in keyof TaskReport]: TaskReport[Key] };

/** Writes down what an event tells of its task. */
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
    case 'failed':
    case 'cancelled':
    case 'skipped':
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

/** What the report of a failed task says of its failure. */
export const failureOf = ({ task, reason, error, attempts }: TaskReport): TaskFailure =>
  Object.freeze({ task, reason: reason as FailureReason, error, attempts });
