import type { FailureReason, JobState } from '../../machines/events.ts';
import type { FixedBackoff } from '../../workflow/retry-options.ts';

/** Converts values to text and back. */
export interface Codec {
  /**
   * Converts a value to text.
   * @throws {NotStorableError} when part of it can't be converted; it has the path
   */
  encode(value: unknown): string;
  /** Converts any thrown value to text; parts that can't be converted are replaced by a description. Never throws. */
  encodeError(error: unknown): string;
  /** Converts text made by this codec back to the value or error. Runs no code and touches no prototype. */
  decode(text: string): unknown;
}

/** A saved task: enough to detect a changed workflow. */
export interface RecordedTask {
  readonly name: string;
  readonly dependencies: readonly string[];
  readonly continueOnFailure: boolean;
}

/** A new job. Its `context` is text made by the store's codec; times are milliseconds since 1970-01-01 UTC. */
export interface NewJob {
  readonly id: string;
  /** The name of the workflow. */
  readonly workflow: string;
  /** The `version` of the workflow, if it has one. */
  readonly version: string | undefined;
  readonly tasks: readonly RecordedTask[];
  /** The initial context. */
  readonly context: string;
  readonly createdAt: number;
  /** When the job times out. */
  readonly deadline: number | undefined;
  /** Undefined if there is no limit. */
  readonly maxConcurrency: number | undefined;
  readonly maxRetries: number;
  /** Missing in jobs that an older version saved. */
  readonly retryPolicy?: SavedRetryPolicy | undefined;
}

/** The part of a job's retry policy that can be saved as JSON: its functions have to be passed to `resume` again. */
export interface SavedRetryPolicy {
  readonly backoff?: FixedBackoff | undefined;
  readonly retryIf?: true | undefined;
}

/** Something that happened in a job. */
export type JournalEntry =
  | {
      readonly type: 'attempt.started';
      readonly task: string;
      readonly attempt: number;
      readonly at: number;
    }
  | {
      readonly type: 'attempt.succeeded';
      readonly task: string;
      readonly attempt: number;
      readonly at: number;
      /** The task's result as text; undefined if it returned nothing. */
      readonly output: string | undefined;
    }
  | {
      readonly type: 'attempt.failed';
      readonly task: string;
      readonly attempt: number;
      readonly at: number;
      readonly reason: FailureReason;
      readonly error: string;
      /** The earliest time for a retry; undefined if the retry policy refuses one. */
      readonly retryAt: number | undefined;
    }
  | {
      /** The job was cancelled. */
      readonly type: 'job.cancelled';
      readonly at: number;
      readonly reason: string;
    }
  | {
      readonly type: 'job.ended';
      readonly at: number;
      readonly state: Exclude<JobState, 'idle' | 'running'>;
    }
  | {
      /** The job continues with another version of its workflow. */
      readonly type: 'workflow.changed';
      readonly at: number;
      readonly workflow: string;
      readonly version: string | undefined;
      readonly tasks: readonly RecordedTask[];
    };

/** A saved attempt. */
export interface RecordedAttempt {
  readonly task: string;
  readonly attempt: number;
  readonly startedAt: number;
  /** How it ended; undefined while it runs, or if its process died. */
  readonly outcome: Extract<JournalEntry, { type: 'attempt.succeeded' | 'attempt.failed' }> | undefined;
}

/** A saved job without its tasks, context and attempts. */
export interface JobSummary extends Omit<NewJob, 'context' | 'tasks'> {
  /** `running` until its end is saved, even if its process has died. */
  readonly state: Exclude<JobState, 'idle'>;
  readonly endedAt: number | undefined;
  /** When the lease of its owner expires; undefined if nobody holds it. */
  readonly heldUntil: number | undefined;
}

/** A saved job. */
export interface StoredJob extends JobSummary, NewJob {
  /** When and why it was cancelled, if it was; the reason is text made by the codec. */
  readonly cancelled: { readonly at: number; readonly reason: string } | undefined;
  /** In the order they started. */
  readonly attempts: readonly RecordedAttempt[];
}

/** The right to run a job for a while. */
export interface Lease {
  /** A unique name for whoever runs the job. */
  readonly owner: string;
  /** The current time, which decides whether another owner's lease has expired. */
  readonly now: number;
  readonly until: number;
}

/** Selects jobs; empty for all of them. */
export interface JobFilter {
  readonly state?: JobSummary['state'] | undefined;
  /** The name of the workflow. */
  readonly workflow?: string | undefined;
}

/** Selects ended jobs; empty for all of them. */
export interface DeletionFilter extends JobFilter {
  /** Only jobs that ended before this time. */
  readonly before?: number | undefined;
}

/**
 * Saves jobs. When a call resolves, its changes are saved; when it rejects, nothing has changed. Calls for the same job take
 * effect in order.
 */
export interface JobStore {
  readonly codec: Codec;
  /**
   * Saves a new job, held by the owner of the lease.
   * @throws {JobStoreError} `JOB_EXISTS` when the id is taken
   */
  create(job: NewJob, lease: Lease): Promise<void>;
  /**
   * Takes the lease of a job, unless another owner holds it, and returns the job. An ended job is returned without taking its lease.
   * @throws {JobStoreError} `JOB_NOT_FOUND`, or `JOB_HELD` when the lease of another owner expires after `lease.now`
   */
  acquire(id: string, lease: Lease): Promise<StoredJob>;
  /**
   * Extends a lease.
   * @throws {JobStoreError} `LEASE_LOST` when this owner no longer holds the job
   */
  renew(id: string, lease: Lease): Promise<void>;
  /**
   * Saves an entry. An attempt has one outcome: a second one is ignored. `job.ended` also releases the lease.
   * @throws {JobStoreError} `LEASE_LOST` when this owner no longer holds the job
   */
  append(id: string, owner: string, entry: JournalEntry): Promise<void>;
  /** Releases the lease, if this owner holds it. */
  release(id: string, owner: string): Promise<void>;
  /** Returns a job, whoever holds it. */
  read(id: string): Promise<StoredJob | undefined>;
  /** Returns jobs, newest first. */
  list(filter: JobFilter): Promise<readonly JobSummary[]>;
  /** Deletes ended jobs and returns how many. */
  delete(filter: DeletionFilter): Promise<number>;
}
