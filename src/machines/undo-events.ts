import type { FailureReason, TaskEmitted, TaskUndoingEvent, UndoEmitted } from './events.ts';
import type { UndoneEnd } from './messages.ts';

/** The ends before which tasks can be undone. */
export const UNDONE_ENDS: readonly UndoneEnd[] = ['failed', 'cancelled', 'timedOut'];

/** A task that is undone was in this state before. */
export type UndoneFrom = Exclude<TaskUndoingEvent['from'], 'undoing'>;

/** The undo of a task is a task, too. Returns what its event means for the task that is undone; undefined if nothing. */
export function undoEvent(event: TaskEmitted, before: UndoneFrom): UndoEmitted | undefined {
  const { task, attempt } = event;
  switch (event.type) {
    case 'task.ready':
    case 'task.running':
    case 'task.backingOff': {
      const { type: _, from, to: step, ...rest } = event;
      return { type: 'task.undoing', ...rest, from: from === 'unscheduled' ? before : 'undoing', to: 'undoing', step };
    }
    case 'task.completed':
      return { type: 'task.undone', task, from: 'undoing', to: 'undone', attempt };
    case 'task.failed': {
      const { reason, error } = event;
      return { type: 'task.undoFailed', task, from: 'undoing', to: 'undoFailed', attempt, reason, error };
    }
    default:
      return undefined;
  }
}

/**
 * Whether the attempt that an event is about may have had an effect, although it didn't complete the task.
 * @param isCalled whether its function has been called and has not returned
 */
export function mayHaveActed(event: TaskEmitted, isCalled: boolean): boolean {
  switch (event.type) {
    case 'task.cancelled':
      return event.from === 'running' && isCalled;
    case 'task.ready':
    case 'task.backingOff':
    case 'task.failed':
      return event.reason !== undefined && failedInEffect(event.reason, event.error);
    default:
      return false;
  }
}

/** Whether an attempt that failed may have had an effect. If its function threw, it had none, unless the error has `mayHaveActed: true`. */
export const failedInEffect = (reason: FailureReason, error: unknown): boolean => reason !== 'exception' || isMarked(error);

function isMarked(error: unknown): boolean {
  try {
    return (error as { readonly mayHaveActed?: unknown } | null | undefined)?.mayHaveActed === true;
  } catch {
    // A proxy can throw.
    return false;
  }
}
