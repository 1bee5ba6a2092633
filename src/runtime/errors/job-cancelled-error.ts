import { describeValue } from '../../values/describe-value.ts';
import { TintypeError } from '../../values/tintype-error.ts';

/** A job was cancelled. `cause` is the reason passed to `cancel()`, or that of the signal. Attempts abort with this error as the reason. */
export class JobCancelledError extends TintypeError {
  readonly code = 'JOB_CANCELLED';
  readonly reason: unknown;

  constructor(reason: unknown) {
    const why = typeof reason === 'string' ? reason : describeValue(reason);
    super('JobCancelledError', reason === undefined ? 'Job was cancelled' : `Job was cancelled: ${why}`, { cause: reason });
    this.reason = reason;
  }
}
