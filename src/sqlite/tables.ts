import { JobStoreError } from '../runtime/errors/job-store-error.ts';
import { afterOf, type Place, readPage } from '../runtime/journal/job-page.ts';
import type {
  DeletionFilter,
  JobPage,
  JournalEntry,
  Lease,
  ListedJob,
  ListFilter,
  NewJob,
  StoredJob,
} from '../runtime/journal/job-store.ts';
import { jobExists, jobHeld, jobNotFound } from '../runtime/journal/refused-lease.ts';
import { MAX_JOB, tooLong } from '../runtime/journal/size-limits.ts';
import { quote } from '../workflow/describe-value.ts';
import { type Bytes, bufferOf, isBytes, type Row } from './columns.ts';
import type { Database } from './database.ts';
import { listedJob, readId, readJob } from './rows.ts';
import { isDamaged, storeError } from './sqlite-error.ts';
import { prepareAll, type Statements } from './statements.ts';

/** How many ended jobs are looked at together. */
const DELETED = 100;

/** Before the first place of a list. */
const LAST: Place = { createdAt: Number.POSITIVE_INFINITY, id: 'ff' };

interface Found {
  readonly id: Bytes;
  readonly createdAt: number;
}

/** An ended job. */
export interface Ended {
  readonly id: Bytes;
  /** When it ended, or was created if that is unknown. */
  readonly at: number;
  readonly isMeant: number | bigint;
}

/** What part of a deletion did, and after which job it goes on; undefined if it is done. */
export interface Deleted {
  readonly deleted: number;
  readonly after: Ended | undefined;
}

const namesIn = ({ workflow, version = '', tasks }: Pick<NewJob, 'workflow' | 'version' | 'tasks'>): string[] => [
  workflow,
  version,
  ...tasks.map(({ name }) => name),
];

/** `libsql` truncates text at U+0000, and UTF-8 can't represent half of a surrogate pair: two names could become one. */
function refuseUnkept(names: readonly string[]): void {
  const name = names.find((one) => one.includes('\0') || /\p{Surrogate}/u.test(one));
  if (name !== undefined) {
    const why = 'which contains U+0000 or half of a surrogate pair';
    throw new JobStoreError('STORE_FAILED', `SQLite can't store the name ${quote(name)}, ${why}`);
  }
}

/** Reads and writes job rows. Call each method in a transaction; it changes nothing if it throws a JobStoreError. */
export class Tables {
  readonly #sql: Statements;

  constructor(database: Database) {
    this.#sql = prepareAll(database);
  }

  create(job: NewJob, { owner, until }: Lease): void {
    refuseUnkept([job.id, ...namesIn(job)]);
    const { id, workflow, version, tasks, context, createdAt, deadline, maxConcurrency, maxRetries, retryPolicy } = job;
    const { changes } = this.#sql.insertJob.run(
      id,
      workflow,
      version ?? null,
      JSON.stringify(tasks),
      context,
      createdAt,
      deadline ?? null,
      maxConcurrency ?? null,
      maxRetries,
      owner,
      until,
    );
    if (changes === 0 && this.#isOwner(id, owner)) {
      return;
    }
    if (changes === 0) {
      throw jobExists(id);
    }
    if (retryPolicy !== undefined) {
      this.#sql.insertDetails.run(id, JSON.stringify(retryPolicy));
    }
  }

  acquire(id: string, { owner, now, until }: Lease): StoredJob {
    refuseUnkept([id]);
    const row = this.#sql.job.get(owner, id) as Row | undefined;
    if (row === undefined) {
      throw jobNotFound(id);
    }
    const isRunning = row.state === 'running';
    if (isRunning && Number(row.isForeign) === 1 && Number(row.heldUntil) > now) {
      throw jobHeld(id, isBytes(row.owner) ? readId(row.owner) : '', Number(row.heldUntil));
    }
    const job = this.#jobOf(row, id);
    if (isRunning) {
      this.#sql.hold.run(owner, until, id);
      return { ...job, heldUntil: until };
    }
    return job;
  }

  renew(id: string, { owner, until }: Lease): void {
    this.#checkOwner(id, owner);
    this.#sql.hold.run(owner, until, id);
  }

  append(id: string, owner: string, entry: JournalEntry): void {
    this.#checkOwner(id, owner);
    switch (entry.type) {
      case 'attempt.started':
        this.#sql.startAttempt.run(id, entry.task, entry.attempt, entry.at);
        break;
      case 'attempt.succeeded':
        this.#endAttempt(id, entry, entry.output ?? null, null, null);
        break;
      case 'attempt.failed':
        this.#endAttempt(id, entry, entry.error, entry.reason, entry.retryAt ?? null);
        break;
      case 'job.cancelled':
        this.#sql.cancel.run(entry.at, entry.reason, id);
        break;
      case 'job.ended':
        this.#sql.end.run(entry.state, entry.at, id);
        break;
      case 'workflow.changed':
        refuseUnkept(namesIn(entry));
        this.#sql.change.run(entry.workflow, entry.version ?? null, JSON.stringify(entry.tasks), id);
    }
  }

  release(id: string, owner: string): void {
    this.#sql.release.run(id, owner);
  }

  read(id: string): StoredJob | undefined {
    refuseUnkept([id]);
    const row = this.#sql.job.get('', id) as Row | undefined;
    return row && this.#jobOf(row, id);
  }

  list(filter: ListFilter): JobPage {
    const { limit, after } = readPage(filter);
    const { state, workflow } = filter;
    refuseUnkept(workflow === undefined ? [] : [workflow]);
    const statement =
      state === undefined
        ? this.#sql[workflow === undefined ? 'list' : 'listWorkflow']
        : this.#sql[workflow === undefined ? 'listState' : 'listBoth'];
    const { createdAt, id } = after ?? LAST;
    const values = [state, workflow].filter((value) => value !== undefined);
    const found = statement.all(...values, createdAt, Buffer.from(id, 'hex'), limit + 1) as Found[];
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      jobs: page.map((place) => this.#listed(place.id)),
      next: last && found.length > limit ? afterOf({ ...last, id: bufferOf(last.id).toString('hex') }) : undefined,
    };
  }

  /**
   * Deletes some ended jobs, those that ended first.
   * @param after where the previous call stopped
   * @param until when to stop, on the clock of `performance`
   */
  delete({ before = Number.MAX_VALUE, id, state, workflow }: DeletionFilter, after: Ended | undefined, until: number): Deleted {
    refuseUnkept([id, workflow].filter((name) => name !== undefined));
    // better-sqlite3 treats numbered parameters differently.
    const values = [state ?? null, state ?? null, workflow ?? null, workflow ?? null];
    const { at, id: last } = after ?? { at: -Number.MAX_VALUE, id: Buffer.alloc(0) };
    const found = (
      id === undefined
        ? this.#sql.ended.all(...values, before, at, at, bufferOf(last), DELETED)
        : this.#sql.endedJob.all(...values, id, before)
    ) as Ended[];
    let deleted = 0;
    for (const job of found) {
      // A single value that is an object would be read as named parameters, so ids are in arrays.
      if (Number(job.isMeant) === 1) {
        this.#sql.deleteAttempts.run([bufferOf(job.id)]);
        this.#sql.deleteDetails.run([bufferOf(job.id)]);
        deleted += this.#sql.deleteJob.run([bufferOf(job.id)]).changes;
      }
      if (performance.now() > until) {
        return { deleted, after: job };
      }
    }
    return { deleted, after: found.length < DELETED ? undefined : found.at(-1) };
  }

  #listed(id: Bytes): ListedJob {
    try {
      return listedJob(id, this.#sql.summary.get([bufferOf(id)]) as Row);
    } catch (error) {
      if (isDamaged(error)) {
        return listedJob(id, storeError('The job is damaged', error));
      }
      throw error;
    }
  }

  #jobOf(row: Row, id: string): StoredJob {
    if (Number(row.size) > MAX_JOB) {
      const what = `The job ${quote(id)} can't be loaded: ${tooLong(Number(row.size), MAX_JOB)}`;
      throw new JobStoreError('STORE_UNREADABLE', what);
    }
    return readJob(row, this.#sql.attempts.all(id));
  }

  #endAttempt(
    id: string,
    { type, task, attempt, at }: { type: string; task: string; attempt: number; at: number },
    value: string | null,
    reason: string | null,
    retryAt: number | null,
  ): void {
    this.#sql.endAttempt.run(id, task, attempt, at, type, at, value, reason, retryAt);
  }

  /** Undefined if there is no such job. */
  #isOwner(id: string, owner: string): boolean | undefined {
    const row = this.#sql.isOwner.get(owner, id) as { readonly isOwner: number | bigint } | undefined;
    return row && Number(row.isOwner) === 1;
  }

  #checkOwner(id: string, owner: string): void {
    const isOwner = this.#isOwner(id, owner);
    if (isOwner !== true) {
      const what = isOwner === undefined ? 'was deleted' : 'was taken over by another process or has ended';
      throw new JobStoreError('LEASE_LOST', `The job ${quote(id)} ${what}`);
    }
  }
}
