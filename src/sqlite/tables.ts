import { JobStoreError } from '../runtime/errors/job-store-error.ts';
import type {
  DeletionFilter,
  JobFilter,
  JobSummary,
  JournalEntry,
  Lease,
  NewJob,
  StoredJob,
} from '../runtime/journal/job-store.ts';
import { quote } from '../workflow/describe-value.ts';
import type { Database, Statement } from './database.ts';
import { readJob, readSummary } from './rows.ts';

const POLICY = '(SELECT retryPolicy FROM details WHERE job = id) AS retryPolicy';
const SUMMARY = `id, workflow, version, createdAt, deadline, maxConcurrency, maxRetries, state, endedAt, heldUntil, ${POLICY}`;
const IS_DELETED = 'endedAt < ? AND (? IS NULL OR state = ?) AND (? IS NULL OR workflow = ?)';

const SQL = {
  insertJob: `INSERT INTO jobs (id, workflow, version, tasks, context, createdAt, deadline, maxConcurrency, maxRetries, state, owner,
      heldUntil)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'running', ?, ?) ON CONFLICT DO NOTHING`,
  insertDetails: 'INSERT INTO details (job, retryPolicy) VALUES (?, ?)',
  job: `SELECT *, ${POLICY} FROM jobs WHERE id = ?`,
  attempts: 'SELECT * FROM attempts WHERE job = ? ORDER BY startedAt, task, attempt',
  owner: 'SELECT owner FROM jobs WHERE id = ?',
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
  list: `SELECT ${SUMMARY} FROM jobs WHERE ? IS NULL OR workflow = ? ORDER BY createdAt DESC, id`,
  listState: `SELECT ${SUMMARY} FROM jobs WHERE state = ? AND (? IS NULL OR workflow = ?) ORDER BY createdAt DESC, id`,
  deleteAttempts: `DELETE FROM attempts WHERE job IN (SELECT id FROM jobs WHERE ${IS_DELETED})`,
  deleteDetails: `DELETE FROM details WHERE job IN (SELECT id FROM jobs WHERE ${IS_DELETED})`,
  deleteJobs: `DELETE FROM jobs WHERE ${IS_DELETED}`,
} as const;

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
    this.#sql = Object.fromEntries(Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)])) as Record<
      keyof typeof SQL,
      Statement
    >;
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
    if (changes === 0) {
      throw new JobStoreError('JOB_EXISTS', `The job ${quote(id)} already exists: continue it with \`resume\``);
    }
    if (retryPolicy !== undefined) {
      this.#sql.insertDetails.run(id, JSON.stringify(retryPolicy));
    }
  }

  acquire(id: string, { owner, now, until }: Lease): StoredJob {
    refuseUnkept([id]);
    const row = this.#sql.job.get(id) as { state: unknown; owner: unknown; heldUntil: number } | undefined;
    if (row === undefined) {
      throw new JobStoreError('JOB_NOT_FOUND', `There is no saved job ${quote(id)}`);
    }
    const isRunning = row.state === 'running';
    if (isRunning && row.owner !== null && row.owner !== owner && row.heldUntil > now) {
      const when = new Date(row.heldUntil).toISOString();
      throw new JobStoreError(
        'JOB_HELD',
        `Another process is running the job ${quote(id)}: its lease lasts until ${when} and may be renewed`,
      );
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
    const row = this.#sql.job.get(id);
    return row === undefined ? undefined : this.#jobOf(row, id);
  }

  list({ state, workflow }: JobFilter): JobSummary[] {
    const name = workflow ?? null;
    const rows = state === undefined ? this.#sql.list.all(name, name) : this.#sql.listState.all(state, name, name);
    return rows.map(readSummary);
  }

  delete({ before, state, workflow }: DeletionFilter): number {
    // better-sqlite3 treats numbered parameters differently.
    const [inState, named] = [state ?? null, workflow ?? null];
    const values = [before ?? Number.MAX_VALUE, inState, inState, named, named];
    this.#sql.deleteAttempts.run(...values);
    this.#sql.deleteDetails.run(...values);
    return this.#sql.deleteJobs.run(...values).changes;
  }

  #jobOf(row: unknown, id: string): StoredJob {
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

  #checkOwner(id: string, owner: string): void {
    const row = this.#sql.owner.get(id) as { owner: unknown } | undefined;
    if (row?.owner !== owner) {
      const what = row === undefined ? 'was deleted' : 'was taken over by another process or has ended';
      throw new JobStoreError('LEASE_LOST', `The job ${quote(id)} ${what}`);
    }
  }
}
