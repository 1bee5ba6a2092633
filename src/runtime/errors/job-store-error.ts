import { TintypeError } from '../../workflow/tintype-error.ts';

/** What can be wrong with a job on record, or with the store. */
export type JobStoreProblem =
  /** There is already a job with this id. */
  | 'JOB_EXISTS'
  /** There is no job with this id. */
  | 'JOB_NOT_FOUND'
  /** Another owner runs the job. */
  | 'JOB_HELD'
  /** Another owner has taken the job over. */
  | 'LEASE_LOST'
  /** The store can't be read or written. */
  | 'STORE_FAILED'
  /** What is in the store was written by a newer version, or is damaged. */
  | 'STORE_UNREADABLE';

/** A job can't be put on record, or taken from it. What the store itself threw is the `cause`. */
export class JobStoreError extends TintypeError {
  readonly code: JobStoreProblem;

  constructor(code: JobStoreProblem, message: string, options?: ErrorOptions) {
    super('JobStoreError', message, options);
    this.code = code;
  }
}
