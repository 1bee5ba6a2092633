import { JobStoreError, type JobStoreProblem } from '../journal/errors/job-store-error.ts';
import { WorkflowChangedError } from '../journal/errors/workflow-changed-error.ts';
import type { JobEvent } from '../machines/events.ts';
import type { JobResult } from '../runtime/job-result.ts';
import { TintypeError } from '../values/tintype-error.ts';
import { CANNOT_GO_ON, NOTHING_LEFT, USED_WRONGLY } from './exit-codes.ts';

/** The event loop is empty, so the promises that tasks wait for can never settle. */
export class NothingLeftError extends TintypeError {
  readonly code = 'NOTHING_LEFT';

  constructor(message: string) {
    super('NothingLeftError', message);
  }
}

const ID_PROBLEMS: readonly JobStoreProblem[] = ['JOB_EXISTS', 'JOB_NOT_FOUND'];

/** Why a job was cancelled or left this process. */
export function reasonOf(result: JobResult): unknown {
  switch (result.state) {
    case 'cancelled':
      return result.reason;
    case 'detached':
      return result.error;
    default:
      return undefined;
  }
}

/** The exit code for a job that couldn't start or go on here, by why it ended; undefined for a job that was cancelled or suspended. */
export function departureCode(reason: unknown): number | undefined {
  if (reason instanceof NothingLeftError) {
    return NOTHING_LEFT;
  }
  if (reason instanceof WorkflowChangedError) {
    return USED_WRONGLY;
  }
  if (reason instanceof JobStoreError) {
    return ID_PROBLEMS.includes(reason.code) ? USED_WRONGLY : CANNOT_GO_ON;
  }
  return undefined;
}

/**
 * Wraps a listener, so that it doesn't see tasks skipped or cancelled because their job left this process: they weren't.
 * @param show What the listener sees of a job that leaves after it has started: nothing, only the last event, or all events.
 */
export function withoutDeparture(
  listener: (event: JobEvent) => unknown,
  show: 'nothing' | 'lastEvent' | 'allEvents',
): (event: JobEvent) => void {
  let hasStarted = false;
  let held: JobEvent[] = [];
  return (event) => {
    held.push(event);
    const isOfJob = !('task' in event);
    const reason = 'reason' in event ? event.reason : undefined;
    if (!isOfJob && (!hasStarted || reason === 'jobCancelled' || reason === 'jobDetached')) {
      return;
    }
    if (isOfJob && (event.to === 'detached' || reason instanceof NothingLeftError)) {
      held = hasStarted ? shownOf(held, show) : [];
    }
    hasStarted ||= isOfJob;
    for (const one of held.splice(0)) {
      listener(one);
    }
  };
}

function shownOf(events: JobEvent[], show: 'nothing' | 'lastEvent' | 'allEvents'): JobEvent[] {
  return show === 'allEvents' ? events : events.slice(show === 'lastEvent' ? -1 : events.length);
}
