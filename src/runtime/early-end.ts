import type { StopReason } from '../machines/events.ts';
import type { EndSaved } from '../machines/messages.ts';
import type { TintypeError } from '../values/tintype-error.ts';
import { JobCancelledError } from './errors/job-cancelled-error.ts';
import { JobFailedError } from './errors/job-failed-error.ts';
import { JobTimedOutError } from './errors/job-timed-out-error.ts';
import type { TaskFailure } from './events/task-report.ts';

/** Why a job ended before all its tasks were done. */
export type EarlyEnd =
  | { readonly state: 'failed'; readonly failure: TaskFailure }
  | { readonly state: 'cancelled'; readonly reason: unknown }
  | { readonly state: 'timedOut'; readonly timeout: number }
  | { readonly state: 'detached'; readonly error: TintypeError };

/**
 * Why a job ends early.
 * @param cause The reason of a cancellation, or the error that detached the job.
 * @param failure The first failure, if the job failed.
 */
export function earlyEnd(
  reason: StopReason,
  cause: unknown,
  failure: TaskFailure | undefined,
  timeout: number | undefined,
): EarlyEnd {
  switch (reason) {
    case 'jobFailed':
      return { state: 'failed', failure: failure as TaskFailure };
    case 'jobCancelled':
      return { state: 'cancelled', reason: cause };
    case 'jobTimedOut':
      return { state: 'timedOut', timeout: timeout as number };
    case 'jobDetached':
      return { state: 'detached', error: cause as TintypeError };
  }
}

/** The error for a job that ended early. */
export function errorOf(end: EarlyEnd): TintypeError {
  switch (end.state) {
    case 'failed':
      return new JobFailedError(end.failure);
    case 'cancelled':
      return new JobCancelledError(end.reason);
    case 'timedOut':
      return new JobTimedOutError(end.timeout);
    case 'detached':
      return end.error;
  }
}

/** Why a job ended, for its last event. */
export function detailsOf(end: EarlyEnd | undefined): Omit<EndSaved, 'type'> {
  switch (end?.state) {
    case 'failed':
      return { failedTask: end.failure.task, reason: end.failure.reason, error: end.failure.error };
    case 'cancelled':
      return { reason: end.reason };
    case 'detached':
      return { error: end.error };
    default:
      return {};
  }
}
