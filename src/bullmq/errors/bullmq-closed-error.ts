import { TintypeError } from '../../workflow/tintype-error.ts';

/** The executor, or the worker, was closed while it had an attempt. */
export class BullmqClosedError extends TintypeError {
  readonly code = 'BULLMQ_CLOSED';

  constructor(what: 'executor' | 'worker') {
    super('BullmqClosedError', `The ${what} is closed`);
  }
}
