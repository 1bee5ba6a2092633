import { TintypeError } from '../../values/tintype-error.ts';

/** A job was suspended: it ended in this process, and `resume` can continue it. */
export class JobSuspendedError extends TintypeError {
  readonly code = 'JOB_SUSPENDED';

  constructor() {
    super('JobSuspendedError', 'Job was suspended');
  }
}
