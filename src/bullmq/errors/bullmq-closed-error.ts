import { TintypeError } from '../../workflow/tintype-error.ts';

/** The executor or the worker was closed while an attempt was pending. */
export class BullmqClosedError extends TintypeError {
  readonly code = 'BULLMQ_CLOSED';

  constructor(what: 'executor' | 'worker') {
    super('BullmqClosedError', `The BullMQ ${what} is closed`);
  }
}
