import { TintypeError } from '../../workflow/tintype-error.ts';

/** A job was suspended: it ended in this process, and can be continued from its record. */
export class JobSuspendedError extends TintypeError {
  readonly code = 'JOB_SUSPENDED';

  constructor() {
    super('JobSuspendedError', 'Job was suspended');
  }
}
