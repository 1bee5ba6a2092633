import { TintypeError } from '../../values/tintype-error.ts';

/** What went wrong with a saved job, or with its store. */
export type JobStoreProblem =
  /** A job with this id already exists. */
  | 'JOB_EXISTS'
  /** There is no job with this id. */
  | 'JOB_NOT_FOUND'
  /** Another process is running the job. */
  | 'JOB_HELD'
  /** The job's process died each time it ran; `retryStuck` retries it. */
  | 'JOB_STUCK'
  /** Another process has taken the job over. */
  | 'LEASE_LOST'
  /** The store couldn't be read or written. */
  | 'STORE_FAILED'
  /** The data was written by a newer version, or is damaged. */
  | 'STORE_UNREADABLE';

/** Another owner's lease. */
export interface HeldLease {
  readonly owner: string;
  readonly until: number;
  /** How long it lasts after each renewal, in milliseconds, if that is known. */
  readonly length: number | undefined;
}

/** The options of a JobStoreError. */
export interface JobStoreErrorOptions extends ErrorOptions {
  /**
   * Whether the same call may succeed later.
   * @default false
   */
  readonly isTransient?: boolean | undefined;
  /** Only for `JOB_HELD`: the lease of the other process. */
  readonly heldBy?: HeldLease | undefined;
}

/** A job couldn't be saved or loaded. `cause` is the error of the store, if it threw one. */
export class JobStoreError extends TintypeError {
  readonly code: JobStoreProblem;
  /**
   * Whether the same call may succeed later, for example because the database is busy, its disk is full, or it didn't answer in time. If the
   * job ended as `detached`, resume it. If it is new and the message mentions that it may not have been saved, call `run` again, which ends
   * with `JOB_EXISTS` if it was.
   */
  readonly isTransient: boolean;
  /** Only for `JOB_HELD`: the lease of the other process. */
  declare readonly heldBy?: HeldLease | undefined;

  constructor(code: JobStoreProblem, message: string, { isTransient = false, heldBy, ...options }: JobStoreErrorOptions = {}) {
    super('JobStoreError', message, options);
    this.code = code;
    this.isTransient = isTransient;
    // Not enumerable, so that a printed error stays short.
    Object.defineProperty(this, 'heldBy', { value: heldBy });
  }
}
