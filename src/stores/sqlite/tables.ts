import { JobStoreError } from '../../journal/errors/job-store-error.ts';
import type {
  DeletionFilter,
  JobPage,
  JournalEntry,
  Lease,
  ListedJob,
  ListFilter,
  NewJob,
  RecordedAttempt,
} from '../../journal/job-store.ts';
import { jobExists, jobHeld, jobNotFound } from '../../journal/lease/refused-lease.ts';
import { afterOf, type Place, readPage } from '../../journal/list/job-page.ts';
import type { Suspect } from '../../journal/recovery/suspect.ts';
import { MAX_JOB, tooLong } from '../../journal/size-limits.ts';
import { quote } from '../../values/describe-value.ts';
import { type Bytes, bufferOf, isBytes, type Row } from './columns.ts';
import type { Database, Statement } from './database.ts';
import { namesIn, refuseUnkept } from './kept-names.ts';
import type { Attempts, Deleted, Ended, JobPart } from './parts.ts';
import { listedJob, outcomeValues, readAttempt, readId, readJob, readSuspect } from './rows.ts';
import { isDamaged, storeError } from './sqlite-error.ts';
import { prepareAll, type Statements } from './statements.ts';

/** How many attempts are read together. */
const ATTEMPTS = 500;

/** How many ended jobs are looked at together. */
const DELETED = 100;

/** Before the first place of a list. */
const LAST: Place = { createdAt: Number.POSITIVE_INFINITY, id: 'ff' };

interface Found {
  readonly id: Bytes;
  readonly createdAt: number;
}

type Written = ReturnType<Statement['run']>;

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
    if (changes === 0 && !this.#isOwner(id, owner)) {
      throw jobExists(id);
    }
    if (changes > 0 && retryPolicy !== undefined) {
      this.#sql.insertDetails.run(id, JSON.stringify(retryPolicy));
    }
  }

  acquire(id: string, { owner, now, until, retryStuck = false }: Lease): JobPart {
    refuseUnkept([id]);
    const row = this.#sql.job.get(owner, id) as Row | undefined;
    if (row === undefined) {
      throw jobNotFound(id);
    }
    const isStuck = row.state === 'stuck' && retryStuck;
    const isRunning = row.state === 'running' || isStuck;
    const isForeign = Number(row.isForeign) === 1;
    if (isRunning && isForeign && Number(row.heldUntil) > now) {
      throw jobHeld(id, isBytes(row.owner) ? readId(row.owner) : '', Number(row.heldUntil));
    }
    const part = this.#partOf(row, id);
    if (!isRunning) {
      return part;
    }
    this.#sql.hold.run(owner, until, id);
    const heldBy = isForeign && isBytes(row.owner) ? [readId(row.owner)] : [];
    const deaths = isStuck ? [] : [...(part.job.deaths ?? []), ...heldBy];
    if (isStuck) {
      this.#sql.unstick.run(id);
    }
    if (isStuck || isForeign) {
      this.#saveDeaths(id, owner, deaths);
    }
    return { ...part, job: { ...part.job, state: 'running', endedAt: undefined, heldUntil: until, deaths } };
  }

  renew(id: string, { owner, until }: Lease): void {
    this.#checkWritten(this.#sql.renew.run(until, id, owner), id, owner);
  }

  append(id: string, owner: string, entry: JournalEntry): void {
    this.#checkWritten(this.#write(id, owner, entry), id, owner);
    if ('clearsDeaths' in entry && entry.clearsDeaths) {
      this.#sql.clearDeaths.run(id);
    }
  }

  release(id: string, owner: string): void {
    this.#sql.release.run(id, owner);
  }

  read(id: string): JobPart | undefined {
    refuseUnkept([id]);
    const row = this.#sql.job.get('', id) as Row | undefined;
    return row && this.#partOf(row, id);
  }

  suspects(process: string): Suspect[] {
    return this.#sql.suspects.all(process, process).map((row) => readSuspect(row as Row));
  }

  /** Some attempts of a job, by task and number; undefined if the job was deleted. */
  attempts(id: string, after?: RecordedAttempt): Attempts | undefined {
    if (after !== undefined && this.#isOwner(id, '') === undefined) {
      return undefined;
    }
    const rows = this.#sql.attempts.all(id, after?.task ?? '', after?.attempt ?? Number.MIN_SAFE_INTEGER, ATTEMPTS);
    const attempts = rows.map((row) => readAttempt(row, id));
    return { attempts, next: rows.length < ATTEMPTS ? undefined : attempts.at(-1) };
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

  #partOf(row: Row, id: string): JobPart {
    if (Number(row.size) > MAX_JOB) {
      const what = `The job ${quote(id)} can't be loaded: ${tooLong(Number(row.size), MAX_JOB)}`;
      throw new JobStoreError('STORE_UNREADABLE', what);
    }
    const { attempts = [], next } = this.attempts(id) ?? {};
    return { job: { ...readJob(row), attempts }, next };
  }

  /** Writes nothing if another owner holds the job. */
  #write(id: string, owner: string, entry: JournalEntry): Written {
    switch (entry.type) {
      case 'attempt.started':
        return this.#sql.startAttempt.run(entry.task, entry.attempt, entry.at, id, owner);
      case 'attempt.succeeded':
      case 'attempt.failed':
      case 'condition.decided':
      case 'condition.failed':
        return this.#sql.endAttempt.run(...outcomeValues(entry), id, owner);
      case 'attempt.interrupted':
        return this.#sql.saveInterrupted.run(entry.task, id, owner);
      case 'job.ending': {
        const { at, phase, state, acted } = entry;
        return this.#sql.saveEnding.run(JSON.stringify({ at, phase, state }), JSON.stringify(acted), id, owner);
      }
      case 'job.cancelled':
        return this.#sql.cancel.run(entry.at, entry.reason, id, owner);
      case 'job.ended':
      case 'job.stuck':
        return this.#sql.end.run(entry.type === 'job.stuck' ? 'stuck' : entry.state, entry.at, id, owner);
      case 'job.recovered':
        return this.#saveDeaths(id, owner, entry.deaths);
      case 'workflow.changed':
        refuseUnkept(namesIn(entry));
        return this.#sql.change.run(entry.workflow, entry.version ?? null, JSON.stringify(entry.tasks), id, owner);
    }
  }

  #saveDeaths(id: string, owner: string, deaths: readonly string[]): Written {
    return this.#sql.saveDeaths.run(deaths.length === 0 ? null : JSON.stringify(deaths), id, owner);
  }

  /** Undefined if there is no such job. */
  #isOwner(id: string, owner: string): boolean | undefined {
    const row = this.#sql.isOwner.get(owner, id) as { readonly isOwner: number | bigint } | undefined;
    return row && Number(row.isOwner) === 1;
  }

  /** Entries that were written before change nothing. */
  #checkWritten({ changes }: Written, id: string, owner: string): void {
    const isOwner = changes > 0 || this.#isOwner(id, owner);
    if (isOwner !== true) {
      const what = isOwner === undefined ? 'was deleted' : 'was taken over by another process or has ended';
      throw new JobStoreError('LEASE_LOST', `The job ${quote(id)} ${what}`);
    }
  }
}
