import { TintypeError } from '../values/tintype-error.ts';

/** Thrown by `assertEvents` if the events don't match; the message shows the difference. */
export class EventsMismatchError extends TintypeError {
  readonly code = 'EVENTS_MISMATCH';

  constructor(message: string) {
    super('EventsMismatchError', message);
  }
}
