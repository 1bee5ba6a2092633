import type { OnFailure, UndoneEnd } from '../machines/messages.ts';
import type { FixedBackoff } from '../workflow/options/retry-options.ts';
import type { JobStoreError } from './errors/job-store-error.ts';
import type { EndingEntry, JournalEntry, OutcomeEntry } from './journal-entry.ts';
import type { SavedState } from './list/saved-states.ts';
import type { RecordedTask } from './recorded-task.ts';
import type { Suspect } from './recovery/suspect.ts';

export type { JournalEntry, OutcomeEntry, RecordedTask };

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

/** What a job does after failures, as far as it can be saved as JSON: functions have to be passed to `resume` again. */
export interface SavedRetryPolicy {
  /** Missing if it is `stop`. */
  readonly onFailure?: OnFailure | undefined;
  /** Missing if tasks are undone before every end except `completed`. */
  readonly undo?: readonly UndoneEnd[] | undefined;
  readonly backoff?: FixedBackoff | undefined;
  readonly retryIf?: true | undefined;
}

/** A saved attempt, or the evaluation of a condition. */
export interface RecordedAttempt {
  readonly task: string;
  /** Its number; 0 for the condition of the task, and negative for attempts to undo it. */
  readonly attempt: number;
  readonly startedAt: number;
  /** How it ended; undefined while it runs, or if its process died. */
  readonly outcome: OutcomeEntry | undefined;
}

/** A saved job without its tasks, context and attempts. */
export interface JobSummary extends Omit<NewJob, 'context' | 'tasks'> {
  /** `running` until its end is saved, even if its process has died; `stuck` if its process died too often. */
  readonly state: SavedState;
  /** When it ended or became stuck. */
  readonly endedAt: number | undefined;
  /** When the lease of its owner expires; undefined if nobody holds it. */
  readonly heldUntil: number | undefined;
  /** How it will end; set once it undoes tasks or runs its finally tasks. */
  readonly ending?: RecordedEnding | undefined;
  readonly problem?: undefined;
}

/** A saved job that can't be read, with whatever could be read of it. */
export interface UnreadableJob extends Partial<Omit<JobSummary, 'id' | 'problem'>> {
  readonly id: string;
  /** Why it can't be read. */
  readonly problem: JobStoreError;
}

/** An entry of a list. Only those of unreadable jobs have a `problem`. */
export type ListedJob = JobSummary | UnreadableJob;

/** One page of a list of jobs. */
export interface JobPage {
  readonly jobs: readonly ListedJob[];
  /** The `after` of the next page; undefined on the last page. */
  readonly next: string | undefined;
}

/** How a job will end, its current phase, and when that began. */
export type RecordedEnding = Pick<EndingEntry, 'at' | 'phase' | 'state'>;

/** A saved job. */
export interface StoredJob extends JobSummary, NewJob {
  /** When and why it was cancelled, if it was; the reason is text made by the codec. */
  readonly cancelled: { readonly at: number; readonly reason: string } | undefined;
  /** In the order they started. */
  readonly attempts: readonly RecordedAttempt[];
  /** The tasks with a saved `attempt.interrupted`. Missing counts as empty. */
  readonly interrupted?: readonly string[] | undefined;
  /** From the last `job.ending`: the tasks to undo although they did not complete. Missing counts as empty. */
  readonly acted?: readonly string[] | undefined;
  /** What `job.recovered` saved, followed by the owners whose leases have expired since. Missing counts as empty. */
  readonly deaths?: readonly string[] | undefined;
}

/** The right to run a job until `until`. */
export interface Lease {
  /** A unique name for the owner, which ends with the length of the lease: `name/10000`. */
  readonly owner: string;
  /** A lease of another owner that expires by this time may be taken. */
  readonly now: number;
  readonly until: number;
  /** Whether a stuck job becomes `running` again, without `deaths`. */
  readonly retryStuck?: boolean | undefined;
}

/** Selects jobs; all of them if empty. */
export interface JobFilter {
  readonly state?: JobSummary['state'] | undefined;
  /** The name of the workflow. */
  readonly workflow?: string | undefined;
}

/** Selects a page of jobs; the first one if empty. */
export interface ListFilter extends JobFilter {
  /** Only jobs after the page that returned this text as `next`. */
  readonly after?: string | undefined;
  /**
   * How many jobs to return at most: 1 to 1000.
   * @default 100
   */
  readonly limit?: number | undefined;
}

/** Selects jobs that have ended; all of them if empty. Stuck ones are selected only by the state `stuck`. */
export interface DeletionFilter {
  readonly state?: JobSummary['state'];
  /** The name of the workflow. */
  readonly workflow?: string;
  /** Only the job with this id. */
  readonly id?: string;
  /** Only jobs that ended, or became stuck, before this time, in milliseconds since 1970-01-01 UTC. */
  readonly before?: number;
}

/**
 * Saves jobs. When a call resolves, its changes are saved. When it rejects, nothing has changed, unless the connection was lost
 * before the reply: the same call by the same owner then succeeds. Calls for the same job take effect in order.
 *
 * Throw a JobStoreError with `isTransient: true` if the same call may succeed later, and with `isTransient: false` if not. Errors
 * of other classes count as transient.
 */
export interface JobStore {
  readonly codec: Codec;
  /** Called with transient problems, which jobs wait out by retrying the call. */
  readonly onError?: ((error: Error) => unknown) | undefined;
  /**
   * Saves a new job, held by the owner of the lease. Another call by the same owner does nothing.
   * @throws {JobStoreError} `JOB_EXISTS` when the id is taken
   */
  create(job: NewJob, lease: Lease): Promise<void>;
  /**
   * Takes the lease of a job, unless another owner holds it, and returns the job. An ended or stuck job is returned without taking its
   * lease. If another owner's lease has expired, that owner is added to `deaths`.
   * @throws {JobStoreError} `JOB_NOT_FOUND`, or `JOB_HELD`, with `heldBy`, when the lease of another owner expires after `lease.now`
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
  /** Returns a job, even if another owner holds it. */
  read(id: string): Promise<StoredJob | undefined>;
  /**
   * Returns a page of jobs, newest first. An entry that can't be read has a `problem`; the other entries are unaffected.
   * @throws {InvalidArgumentError} when `limit` or `after` is invalid
   */
  list(filter: ListFilter): Promise<JobPage>;
  /**
   * Returns jobs with `deaths`, stuck ones included: at least those whose `owner` or `deaths` contain this text. In a store without this
   * method, the death of a process counts for all its jobs.
   */
  suspects?(process: string): Promise<readonly Suspect[]>;
  /** Deletes ended jobs and returns how many, including unreadable ones whose state can be read. */
  delete(filter: DeletionFilter): Promise<number>;
}
