import { TintypeError } from '../../values/tintype-error.ts';

/** A job took longer than its `timeout`. Attempts abort with this error as the reason. */
export class JobTimedOutError extends TintypeError {
  readonly code = 'JOB_TIMED_OUT';
  /** The timeout of the job, in milliseconds. */
  readonly timeout: number;

  constructor(timeout: number) {
    super('JobTimedOutError', `Job timed out: it took longer than ${timeout} ms`);
    this.timeout = timeout;
  }
}
