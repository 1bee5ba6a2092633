import { describeValue } from '../../workflow/describe-value.ts';
import { TintypeError } from '../../workflow/tintype-error.ts';

/** A job was cancelled; `cause` is what was given to `cancel()`, or the reason of the signal. Also the reason with which tasks abort. */
export class JobCancelledError extends TintypeError {
  readonly code = 'JOB_CANCELLED';
  readonly reason: unknown;

  constructor(reason: unknown) {
    const why = typeof reason === 'string' ? reason : describeValue(reason);
    super('JobCancelledError', reason === undefined ? 'Job was cancelled' : `Job was cancelled: ${why}`, { cause: reason });
    this.reason = reason;
  }
}
