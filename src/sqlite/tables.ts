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
import { ATTEMPT, type Bytes, bufferOf, JOB, type Row, SUMMARY } from './columns.ts';
import type { Database, Statement } from './database.ts';
import { listedJob, readJob } from './rows.ts';
import { END, HAS_ENDED } from './schema.ts';
import { isDamaged, storeError } from './sqlite-error.ts';

const list = (index: string, filter: string): string => `SELECT CAST(id AS BLOB) AS id, createdAt FROM jobs INDEXED BY ${index}
  WHERE ${filter} (createdAt, id) < (?, CAST(? AS TEXT)) ORDER BY createdAt DESC, id DESC LIMIT ?`;

const ENDED = `SELECT CAST(id AS BLOB) AS id, ${END} AS endedAt, (? IS NULL OR state = ?) AND (? IS NULL OR workflow = ?) AS isMeant`;

const SQL = {
  insertJob: `INSERT INTO jobs (id, workflow, version, tasks, context, createdAt, deadline, maxConcurrency, maxRetries, state, owner,
      heldUntil)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'running', ?, ?) ON CONFLICT DO NOTHING`,
  insertDetails: 'INSERT INTO details (job, retryPolicy) VALUES (?, ?)',
  job: `SELECT ${JOB}, owner IS NOT NULL AND owner <> ? AS isForeign FROM jobs WHERE id = ?`,
  summary: `SELECT ${SUMMARY} FROM jobs WHERE id = CAST(? AS TEXT)`,
  attempts: `SELECT ${ATTEMPT} FROM attempts WHERE job = ? ORDER BY startedAt, task, attempt`,
  isOwner: 'SELECT owner IS ? AS isOwner FROM jobs WHERE id = ?',
  hold: 'UPDATE jobs SET owner = ?, heldUntil = ? WHERE id = ?',
  release: 'UPDATE jobs SET owner = NULL, heldUntil = NULL WHERE id = ? AND owner = ?',
  startAttempt: `INSERT INTO attempts (job, task, attempt, startedAt) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET startedAt = excluded.startedAt WHERE outcome IS NULL`,
  endAttempt: `INSERT INTO attempts (job, task, attempt, startedAt, outcome, at, value, reason, retryAt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET outcome = excluded.outcome, at = excluded.at, value = excluded.value, reason = excluded.reason,
      retryAt = excluded.retryAt WHERE outcome IS NULL`,
  cancel: 'UPDATE jobs SET cancelledAt = ?, cancelReason = ? WHERE id = ? AND cancelledAt IS NULL',
  end: 'UPDATE jobs SET state = ?, endedAt = ?, owner = NULL, heldUntil = NULL WHERE id = ?',
  change: 'UPDATE jobs SET workflow = ?, version = ?, tasks = ? WHERE id = ?',
  list: list('jobsByTime', ''),
  listState: list('jobsByState', 'state = ? AND'),
  listWorkflow: list('jobsByWorkflow', 'workflow = ? AND'),
  listBoth: list('jobsByBoth', 'state = ? AND workflow = ? AND'),
  ended: `${ENDED} FROM jobs INDEXED BY jobsByEnd
    WHERE ${HAS_ENDED} AND ${END} < ? AND ${END} >= ? AND (${END} > ? OR id > CAST(? AS TEXT)) ORDER BY ${END}, id LIMIT ?`,
  endedJob: `${ENDED} FROM jobs WHERE id = ? AND ${HAS_ENDED} AND ${END} < ?`,
  deleteAttempts: 'DELETE FROM attempts WHERE job = CAST(? AS TEXT)',
  deleteDetails: 'DELETE FROM details WHERE job = CAST(? AS TEXT)',
  deleteJob: 'DELETE FROM jobs WHERE id = CAST(? AS TEXT)',
} as const;

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
  readonly endedAt: number;
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
  readonly #sql: Readonly<Record<keyof typeof SQL, Statement>>;

  constructor(database: Database) {
    const prepared = Object.entries(SQL).map(([name, sql]) => [name, prepare(database, sql)]);
    this.#sql = Object.fromEntries(prepared) as Record<keyof typeof SQL, Statement>;
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
      throw jobHeld(id, Number(row.heldUntil));
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
    const { endedAt, id: last } = after ?? { endedAt: -Number.MAX_VALUE, id: Buffer.alloc(0) };
    const found = (
      id === undefined
        ? this.#sql.ended.all(...values, before, endedAt, endedAt, bufferOf(last), DELETED)
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

function prepare(database: Database, sql: string): Statement {
  const statement = database.prepare(sql);
  // An integer that is too large for a number is damage in one row, not an error of all.
  statement.safeIntegers(true);
  return statement;
}
