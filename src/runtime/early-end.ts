import type { TasksStopped } from '../machines/messages.ts';
import { JobCancelledError } from './errors/job-cancelled-error.ts';
import { JobFailedError } from './errors/job-failed-error.ts';
import { JobTimedOutError } from './errors/job-timed-out-error.ts';
import type { TaskFailure } from './task-report.ts';

/** Why a job ended before all its tasks were done. */
export type EarlyEnd =
  | { readonly state: 'failed'; readonly failure: TaskFailure }
  | { readonly state: 'cancelled'; readonly reason: unknown }
  | { readonly state: 'timedOut'; readonly timeout: number };

/** The error that says why a job ended early. */
export function errorOf(end: EarlyEnd): JobFailedError | JobCancelledError | JobTimedOutError {
  switch (end.state) {
    case 'failed':
      return new JobFailedError(end.failure);
    case 'cancelled':
      return new JobCancelledError(end.reason);
    case 'timedOut':
      return new JobTimedOutError(end.timeout);
  }
}

/** What the last event of a job tells of why it ended. */
export function detailsOf(end: EarlyEnd | undefined): Omit<TasksStopped, 'type'> {
  switch (end?.state) {
    case 'failed':
      return { failedTask: end.failure.task, reason: end.failure.reason, error: end.failure.error };
    case 'cancelled':
      return { reason: end.reason };
    default:
      return {};
  }
}
