import type { Attributes } from '@opentelemetry/api';
import type {
  JobEmitted,
  JobEvent,
  JobFinishingEvent,
  JobPhase,
  JobRunningEvent,
  JobUndoingEvent,
  TaskEmitted,
  TaskFailedEvent,
  TaskRunningEvent,
  TaskSkippedEvent,
} from '../../machines/events.ts';
import { JobTimedOutError } from '../../runtime/errors/job-timed-out-error.ts';
import { describeValue, quote } from '../../values/describe-value.ts';
import * as names from './attribute-names.ts';
import { errorTypeOf } from './thrown.ts';

/** An event that ends an attempt. */
export type AttemptEnd = Exclude<TaskEmitted, TaskRunningEvent | TaskSkippedEvent>;

/** An event that ends a job. */
export type JobEnd = Exclude<JobEmitted, JobRunningEvent | JobUndoingEvent | JobFinishingEvent>;

export const endsAttempt = (event: JobEvent): event is JobEvent & AttemptEnd => 'task' in event && event.from === 'running';

/** A task was skipped, but not by the end of its job. */
export const isDecidedSkip = (event: JobEvent): event is JobEvent & TaskSkippedEvent =>
  event.type === 'task.skipped' && !event.reason.startsWith('job');

/** A task failed without an attempt. */
export const isFailedCondition = (event: JobEvent): event is JobEvent & TaskFailedEvent =>
  event.type === 'task.failed' && event.from === 'unscheduled';

const PHASES: ReadonlySet<string> = new Set<JobPhase>(['running', 'undoing', 'finishing']);

export const endsJob = (event: JobEvent): event is JobEvent & JobEnd => !('task' in event) && !PHASES.has(event.to);

/** How a job, an attempt or a condition ended, for telemetry. */
export interface Ending {
  /** The outcome and the type of error, both with few possible values; for spans and metrics. */
  readonly attributes: Attributes;
  /** Additional attributes of the span. */
  readonly details: Attributes;
  /** What went wrong. Cancellation is not an error: it was requested, or follows from another failure that is reported itself. */
  readonly message?: string;
}

export function endingOfAttempt(event: AttemptEnd): Ending {
  const outcome = event.to === 'completed' || event.to === 'cancelled' ? event.to : (event.reason as string);
  const failed = 'error' in event;
  return {
    attributes: { [names.ATTEMPT_OUTCOME]: outcome, ...(failed && { [names.ERROR_TYPE]: errorTypeOf(event.error) }) },
    details: {
      [names.TASK_STATE]: event.to,
      ...('reason' in event && { [names.REASON]: event.reason }),
      ...(event.to === 'backingOff' && { [names.RETRY_DELAY]: event.delay / 1000 }),
    },
    ...(failed && { message: describeValue(event.error) }),
  };
}

export const endingOfCondition = ({ to, reason, error }: TaskFailedEvent): Ending => ({
  attributes: { [names.ERROR_TYPE]: errorTypeOf(error) },
  details: { [names.TASK_STATE]: to, [names.REASON]: reason },
  message: describeValue(error),
});

export function endingOfJob(event: JobEnd, timeout: number | undefined): Ending {
  const state = { [names.JOB_STATE]: event.to };
  switch (event.to) {
    case 'completed':
      return { attributes: state, details: {} };
    case 'cancelled':
      return { attributes: state, details: { [names.REASON]: describeReason(event.reason) } };
    case 'failed':
      return {
        attributes: { ...state, [names.ERROR_TYPE]: errorTypeOf(event.error) },
        details: { [names.REASON]: event.reason, [names.FAILED_TASK]: event.failedTask },
        message: `Task ${quote(event.failedTask)} failed: ${describeValue(event.error)}`,
      };
    case 'detached':
      return { attributes: state, details: { [names.REASON]: describeReason(event.error) } };
    case 'timedOut': {
      const error = new JobTimedOutError(timeout as number);
      return { attributes: { ...state, [names.ERROR_TYPE]: error.code }, details: {}, message: error.message };
    }
  }
}

/** A reason can be anything; strings are used unchanged. */
const describeReason = (reason: unknown): string => (typeof reason === 'string' ? reason : describeValue(reason));
