import { ExecutorClosedError } from '../../../runtime/errors/executor-closed-error.ts';

/** The executor or the worker was closed while an attempt was pending. */
export class BullmqClosedError extends ExecutorClosedError {
  readonly code = 'BULLMQ_CLOSED';

  constructor(what: 'executor' | 'worker') {
    super('BullmqClosedError', `The BullMQ ${what} is closed`);
  }
}
