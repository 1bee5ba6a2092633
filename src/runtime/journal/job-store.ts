import type { FailureReason, JobState } from '../../machines/events.ts';

/** Turns values into text and back. */
export interface Codec {
  /**
   * Gives the text of a value.
   * @throws {NotStorableError} when a part of it can't be told in text, with its path
   */
  encode(value: unknown): string;
  /** Gives a text of what was thrown, whatever it was: what can't be told is described. */
  encodeError(error: unknown): string;
  /** Gives back the value, or the error, of a text that this codec made. It runs nothing, and touches no prototype. */
  decode(text: string): unknown;
}

/** A task as it is on record: enough to see whether the workflow has changed since. */
export interface RecordedTask {
  readonly name: string;
  readonly dependencies: readonly string[];
  readonly continueOnFailure: boolean;
}

/** What a job was started with. Texts are made by the store's codec; times are milliseconds since 1970-01-01 UTC. */
export interface NewJob {
  readonly id: string;
  /** The name of the workflow. */
  readonly workflow: string;
  /** The `version` of the workflow, where it has one. */
  readonly version: string | undefined;
  readonly tasks: readonly RecordedTask[];
  /** The initial context. */
  readonly context: string;
  readonly createdAt: number;
  /** When the job times out. */
  readonly deadline: number | undefined;
  /** Undefined where there is no limit. */
  readonly maxConcurrency: number | undefined;
  readonly maxRetries: number;
}

/** One thing that happened in a job. */
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
      /** What the task returned, where it returned something. */
      readonly output: string | undefined;
    }
  | {
      readonly type: 'attempt.failed';
      readonly task: string;
      readonly attempt: number;
      readonly at: number;
      readonly reason: FailureReason;
      readonly error: string;
      /** When it may be repeated at the earliest; undefined where the retry policy wants no other attempt. */
      readonly retryAt: number | undefined;
    }
  | {
      /** Somebody cancelled the job. */
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
      /** The job goes on with another version of its workflow. */
      readonly type: 'workflow.changed';
      readonly at: number;
      readonly workflow: string;
      readonly version: string | undefined;
      readonly tasks: readonly RecordedTask[];
    };

/** An attempt on record. */
export interface RecordedAttempt {
  readonly task: string;
  readonly attempt: number;
  readonly startedAt: number;
  /** How it ended; undefined when that is not known, since it runs or its process died. */
  readonly outcome: Extract<JournalEntry, { type: 'attempt.succeeded' | 'attempt.failed' }> | undefined;
}

/** What is told of a job without its attempts. */
export interface JobSummary extends Omit<NewJob, 'context' | 'tasks'> {
  /** `running` until its end is on record, also when its process has died. */
  readonly state: Exclude<JobState, 'idle'>;
  readonly endedAt: number | undefined;
  /** Until when its owner holds it; undefined when nobody does. */
  readonly heldUntil: number | undefined;
}

/** A job on record. */
export interface StoredJob extends JobSummary, NewJob {
  /** Why it was cancelled, when somebody wanted that. */
  readonly cancelled: { readonly at: number; readonly reason: string } | undefined;
  /** In the order in which they started. */
  readonly attempts: readonly RecordedAttempt[];
}

/** The right to run a job, until a moment. */
export interface Lease {
  /** Names who runs it: a text that nobody else has. */
  readonly owner: string;
  /** The time now, for which leases of others are judged. */
  readonly now: number;
  readonly until: number;
}

/** Which jobs are meant; without anything, all of them. */
export interface JobFilter {
  readonly state?: JobSummary['state'] | undefined;
  /** The name of the workflow. */
  readonly workflow?: string | undefined;
}

/** Which ended jobs are to be deleted; without anything, all of them. */
export interface DeletionFilter extends JobFilter {
  /** Those that ended before this time. */
  readonly before?: number | undefined;
}

/**
 * Where jobs are on record. Everything is on record when the promise of the call resolves, and not at all when it rejects. What is
 * asked of one job takes effect in the order of the calls.
 */
export interface JobStore {
  readonly codec: Codec;
  /**
   * Puts a job on record, held by its owner.
   * @throws {JobStoreError} `JOB_EXISTS` when there is one with this id
   */
  create(job: NewJob, lease: Lease): Promise<void>;
  /**
   * Takes the lease of a job, unless somebody else holds it, and gives what is on record. The lease of an ended job is not taken.
   * @throws {JobStoreError} `JOB_NOT_FOUND`, or `JOB_HELD` when the lease of another owner lasts longer than `lease.now`
   */
  acquire(id: string, lease: Lease): Promise<StoredJob>;
  /**
   * Makes a lease last longer.
   * @throws {JobStoreError} `LEASE_LOST` when the job is not this owner's any more
   */
  renew(id: string, lease: Lease): Promise<void>;
  /**
   * Puts something on record. An attempt has one outcome: a second one is not recorded. The end of a job also gives its lease up.
   * @throws {JobStoreError} `LEASE_LOST` when the job is not this owner's any more
   */
  append(id: string, owner: string, entry: JournalEntry): Promise<void>;
  /** Gives the lease up, if it is this owner's. */
  release(id: string, owner: string): Promise<void>;
  /** Gives what is on record of a job, whoever holds it. */
  read(id: string): Promise<StoredJob | undefined>;
  /** Gives the jobs, those created last first. */
  list(filter: JobFilter): Promise<readonly JobSummary[]>;
  /** Deletes ended jobs, and says how many it were. */
  delete(filter: DeletionFilter): Promise<number>;
}
