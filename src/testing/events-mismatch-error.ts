import { TintypeError } from '../workflow/tintype-error.ts';

/** The events of a job are not those that `assertEvents` was given. */
export class EventsMismatchError extends TintypeError {
  readonly code = 'EVENTS_MISMATCH';

  constructor(message: string) {
    super('EventsMismatchError', message);
  }
}
