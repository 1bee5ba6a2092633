import type { FailureReason } from '../../machines/events.ts';
import type { DeletionFilter, JobPage, JobStore, JobSummary, ListFilter, StoredJob } from '../job-store.ts';
import { RecordedJob } from '../recorded-job.ts';
import type { AttemptOutcome, ConditionOutcome } from '../recorded-outcome.ts';
import type { RecordedTask } from '../recorded-task.ts';
import { readDeletionFilter, readListFilter } from './job-filters.ts';

/** A saved attempt. Without an outcome it is running, or its process died. */
export interface AttemptOnRecord {
  readonly task: string;
  readonly attempt: number;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly startedAt: number;
  readonly outcome?:
    | { readonly state: 'completed'; readonly at: number; readonly output: object | undefined }
    | {
        readonly state: 'failed';
        readonly at: number;
        readonly reason: FailureReason;
        readonly error: unknown;
        /** The earliest time for a retry; missing if there is none. */
        readonly retryAt?: number;
      };
}

/** A saved job. */
export interface JobOnRecord extends JobSummary {
  readonly tasks: readonly RecordedTask[];
  /** The initial context. */
  readonly context: object;
  /** Why it was cancelled, if it was. */
  readonly cancelled?: { readonly at: number; readonly reason: unknown };
  readonly attempts: readonly AttemptOnRecord[];
  /** The conditions that were evaluated. */
  readonly conditions: readonly ConditionOnRecord[];
}

/** The saved decision of a task's condition: whether it holds, or its error. */
export type ConditionOnRecord = { readonly task: string; readonly at: number } & (
  | { readonly holds: boolean }
  | { readonly error: unknown }
);

/**
 * Lists saved jobs, newest first, one page per call. A job whose entry can't be read has a `problem`. Tasks, contexts, results and
 * errors aren't read: `getJob` and `resume` check those.
 * @throws {InvalidArgumentError} if `filter` has an unknown option or an invalid value
 * @throws {JobStoreError} when the store can't be read
 * @example
 * let after: string | undefined;
 * do {
 *   const { jobs, next } = await listJobs(store, { state: 'running', after });
 *   for (const { id, problem } of jobs) {
 *     console.log(id, problem?.message ?? 'is running');
 *   }
 *   after = next;
 * } while (after !== undefined);
 */
export async function listJobs(store: JobStore, filter: ListFilter = {}): Promise<JobPage> {
  return store.list(readListFilter(filter));
}

/**
 * Loads a saved job, even while it runs elsewhere; undefined if there is no such job.
 * @throws {JobStoreError} when the store can't be read
 */
export async function getJob(store: JobStore, id: string): Promise<JobOnRecord | undefined> {
  const stored = await store.read(id);
  return stored && decodeJob(stored, await RecordedJob.read(stored, store.codec));
}

/**
 * Deletes the ended jobs that match all options of `filter`, and returns how many: `{}` deletes every ended job. Jobs that haven't ended
 * stay; so do stuck ones, unless you pass `state: 'stuck'`.
 * @throws {InvalidArgumentError} if `filter` has an unknown option or an invalid value, such as `undefined`; nothing is deleted then
 * @throws {JobStoreError} when the store can't be written
 * @example
 * await deleteJobs(store, { state: 'completed', before: Date.now() - 30 * 86_400_000 });
 */
export async function deleteJobs(store: JobStore, filter: DeletionFilter): Promise<number> {
  return store.delete(readDeletionFilter(filter));
}

function decodeJob(stored: StoredJob, recorded: RecordedJob): JobOnRecord {
  const { cancelled, attempts, context: _, deaths: __, interrupted: ___, acted: ____, ...rest } = stored;
  return {
    ...rest,
    context: recorded.context,
    ...(cancelled && { cancelled: { at: cancelled.at, reason: recorded.cancelReason } }),
    attempts: attempts
      .filter(({ attempt }) => attempt > 0)
      .map(({ task, attempt, startedAt }) => {
        const outcome = recorded.outcomeOf(task, attempt) as AttemptOutcome | undefined;
        return { task, attempt, startedAt, ...(outcome && { outcome: outcomeOnRecord(outcome) }) };
      }),
    conditions: attempts
      .filter(({ attempt }) => attempt === 0)
      .map(({ task }) => {
        const { type: _, ...condition } = recorded.outcomeOf(task, 0) as ConditionOutcome;
        return { task, ...condition };
      }),
  };
}

function outcomeOnRecord(outcome: AttemptOutcome): NonNullable<AttemptOnRecord['outcome']> {
  if (outcome.type === 'attempt.succeeded') {
    return { state: 'completed', at: outcome.at, output: outcome.output };
  }
  const { at, reason, error, retryAt } = outcome;
  return { state: 'failed', at, reason, error, ...(retryAt !== undefined && { retryAt }) };
}
