import type { EventStamp, FailureReason, StopReason, TaskEmitted, TaskState } from '../machines/events.ts';

/** What became of a task, or how it stands. */
export interface TaskReport<Name extends string = string> {
  readonly task: Name;
  readonly state: TaskState;
  /** How many attempts have begun. */
  readonly attempts: number;
  /** What the task failed with; while it is repeated, what its last attempt failed with. */
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

/** The report of a task after a transition. */
export function reportAfter(before: TaskReport, event: TaskEmitted & EventStamp): TaskReport {
  const { at } = event;
  const report = { ...before, state: event.to, attempts: event.attempt };
  switch (event.type) {
    case 'task.running':
      return { ...report, startedAt: report.startedAt ?? at };
    case 'task.completed':
      return { ...('error' in report ? withoutError(report) : report), endedAt: at };
    case 'task.cancelled':
    case 'task.skipped':
      return { ...report, reason: event.reason, endedAt: at };
    case 'task.failed':
      return { ...report, reason: event.reason, error: event.error, endedAt: at };
    default:
      return 'reason' in event ? { ...report, reason: event.reason, error: event.error } : report;
  }
}

function withoutError({ error: _error, reason: _reason, ...report }: TaskReport): TaskReport {
  return report;
}

/** What the report of a failed task says of its failure. */
export const failureOf = ({ task, reason, error, attempts }: TaskReport): TaskFailure =>
  Object.freeze({ task, reason: reason as FailureReason, error, attempts });
