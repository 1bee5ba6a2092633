import type { Attributes } from '@opentelemetry/api';
import type {
  JobEvent,
  TaskEmitted,
  TaskFailedEvent,
  TaskRunningEvent,
  TaskSkippedEvent,
  TaskUndoFailedEvent,
  TaskUndoingEvent,
  TaskUndoneEvent,
} from '../../machines/events.ts';
import { JobTimedOutError } from '../../runtime/errors/job-timed-out-error.ts';
import { describeValue, quote } from '../../values/describe-value.ts';
import type { JobEnd } from '../ends-job.ts';
import * as names from './attribute-names.ts';
import { errorTypeOf } from './thrown.ts';

/** An event that ends an attempt. */
export type AttemptEnd = Exclude<TaskEmitted, TaskRunningEvent | TaskSkippedEvent>;

/** An event that ends an attempt to undo a task. */
export type UndoAttemptEnd = TaskUndoingEvent | TaskUndoneEvent | TaskUndoFailedEvent;

export const endsAttempt = (event: JobEvent): event is JobEvent & AttemptEnd => 'task' in event && event.from === 'running';

export const startsUndoAttempt = (event: JobEvent): event is JobEvent & TaskUndoingEvent =>
  event.type === 'task.undoing' && event.step === 'running';

export const endsUndoAttempt = (event: JobEvent): event is JobEvent & UndoAttemptEnd =>
  event.type === 'task.undoing' ? event.reason !== undefined : event.type === 'task.undone' || event.type === 'task.undoFailed';

/** A task was skipped, but not by the end of its job. */
export const isDecidedSkip = (event: JobEvent): event is JobEvent & TaskSkippedEvent =>
  event.type === 'task.skipped' && !event.reason.startsWith('job');

/** A task failed without an attempt. */
export const isFailedCondition = (event: JobEvent): event is JobEvent & TaskFailedEvent =>
  event.type === 'task.failed' && event.from === 'unscheduled';

/** How a job, an attempt or a condition ended, for telemetry. */
export interface Ending {
  /** The outcome and the type of error, both with few possible values; for spans and metrics. */
  readonly attributes: Attributes;
  /** Additional attributes of the span. */
  readonly details: Attributes;
  /** What went wrong. Cancellation is not an error: it was requested, or follows from another failure that is reported itself. */
  readonly message?: string;
}

export function endingOfAttempt(event: AttemptEnd | UndoAttemptEnd): Ending {
  const outcome = outcomeOf(event);
  const failed = 'error' in event;
  return {
    attributes: { [names.ATTEMPT_OUTCOME]: outcome, ...(failed && { [names.ERROR_TYPE]: errorTypeOf(event.error) }) },
    details: {
      [names.TASK_STATE]: event.to,
      ...('reason' in event && { [names.REASON]: event.reason }),
      ...('delay' in event && { [names.RETRY_DELAY]: (event.delay as number) / 1000 }),
    },
    ...(failed && { message: describeValue(event.error) }),
  };
}

function outcomeOf(event: AttemptEnd | UndoAttemptEnd): string {
  switch (event.to) {
    case 'completed':
    case 'cancelled':
      return event.to;
    case 'undone':
      return 'completed';
    default:
      return event.reason as string;
  }
}

/** An attempt to undo a task that belongs to the next process. */
export const DETACHED_UNDO: Ending = { attributes: { [names.ATTEMPT_OUTCOME]: 'cancelled' }, details: {} };

export const endingOfCondition = ({ to, reason, error }: TaskFailedEvent): Ending => ({
  attributes: { [names.ERROR_TYPE]: errorTypeOf(error) },
  details: { [names.TASK_STATE]: to, [names.REASON]: reason },
  message: describeValue(error),
});

/** @param undo what is known about the undo of the job */
export function endingOfJob(event: JobEnd, timeout: number | undefined, undo: Attributes): Ending {
  const state = { [names.JOB_STATE]: event.to, ...(event.to !== 'detached' && undo) };
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
