import { JobStoreError } from '../../src/journal/errors/job-store-error.ts';
import { NotStorableError } from '../../src/journal/errors/not-storable-error.ts';
import type {
  Codec,
  DeletionFilter,
  JobFilter,
  JobPage,
  JobStore,
  JournalEntry,
  Lease,
  ListFilter,
  NewJob,
  RecordedAttempt,
  StoredJob,
} from '../../src/journal/job-store.ts';
import { jobHeld } from '../../src/journal/lease/refused-lease.ts';
import { afterOf, type Place, readPage } from '../../src/journal/list/job-page.ts';
import type { Suspect } from '../../src/journal/recovery/suspect.ts';

/** Writes JSON, and errors with name and message. */
const codec: Codec = {
  encode(value) {
    return JSON.stringify(value, (key, part) => {
      if (typeof part === 'function') {
        throw new NotStorableError(`.${key}`, 'a function');
      }
      return part;
    });
  },
  encodeError: (error) =>
    error instanceof Error
      ? JSON.stringify({ error: { name: error.name, message: error.message } })
      : JSON.stringify(error ?? null),
  decode(text) {
    const value = JSON.parse(text);
    return value?.error ? Object.assign(new Error(value.error.message), { name: value.error.name }) : value;
  },
};

const isAfter = (a: Place, b: Place): boolean => a.createdAt < b.createdAt || (a.createdAt === b.createdAt && a.id < b.id);

type Row = { -readonly [Key in keyof StoredJob]: StoredJob[Key] } & { owner: string | undefined; deaths: readonly string[] };

/** A store that forgets everything with its process. `before` is called before each change, and can throw. */
export class MemoryStore implements JobStore {
  readonly codec = codec;
  readonly rows = new Map<string, Row>();
  readonly calls: string[] = [];
  before: (what: string, entry?: JournalEntry) => void | Promise<void> = () => {};

  async create(job: NewJob, { owner, until }: Lease): Promise<void> {
    await this.#call('create');
    const existing = this.rows.get(job.id);
    if (existing !== undefined && existing.owner === owner) {
      return;
    }
    if (existing !== undefined) {
      throw new JobStoreError('JOB_EXISTS', `The job \`${job.id}\` already exists`);
    }
    this.rows.set(job.id, {
      ...job,
      state: 'running',
      endedAt: undefined,
      heldUntil: until,
      cancelled: undefined,
      attempts: [],
      deaths: [],
      owner,
    });
  }

  async acquire(id: string, { owner, now, until, retryStuck = false }: Lease): Promise<StoredJob> {
    await this.#call('acquire');
    const row = this.rows.get(id);
    if (row === undefined) {
      throw new JobStoreError('JOB_NOT_FOUND', `There is no saved job \`${id}\``);
    }
    if (row.state === 'stuck' && retryStuck) {
      Object.assign(row, { state: 'running', endedAt: undefined, deaths: [] });
    }
    if (row.state === 'running') {
      if (row.owner !== undefined && row.owner !== owner) {
        if ((row.heldUntil ?? 0) > now) {
          throw jobHeld(id, row.owner, row.heldUntil ?? 0);
        }
        row.deaths = [...row.deaths, row.owner];
      }
      Object.assign(row, { owner, heldUntil: until });
    }
    return { ...row, attempts: [...row.attempts] };
  }

  async renew(id: string, { owner, until }: Lease): Promise<void> {
    await this.#call('renew');
    this.#ownedBy(id, owner).heldUntil = until;
  }

  async append(id: string, owner: string, entry: JournalEntry): Promise<void> {
    await this.#call(entry.type, entry);
    const row = this.#ownedBy(id, owner);
    if ('clearsDeaths' in entry && entry.clearsDeaths) {
      row.deaths = [];
    }
    switch (entry.type) {
      case 'attempt.started':
        this.#put(row, { task: entry.task, attempt: entry.attempt, startedAt: entry.at, outcome: undefined });
        break;
      case 'condition.decided':
      case 'condition.failed':
      case 'attempt.succeeded':
      case 'attempt.failed': {
        const before = row.attempts.find(({ task, attempt }) => task === entry.task && attempt === entry.attempt);
        this.#put(row, { task: entry.task, attempt: entry.attempt, startedAt: before?.startedAt ?? entry.at, outcome: entry });
        break;
      }
      case 'attempt.interrupted':
        row.interrupted = [...(row.interrupted ?? []), entry.task];
        break;
      case 'job.ending':
        row.ending = entry;
        row.acted = entry.acted;
        break;
      case 'job.cancelled':
        row.cancelled = entry;
        break;
      case 'job.ended':
        Object.assign(row, { state: entry.state, endedAt: entry.at, owner: undefined, heldUntil: undefined });
        break;
      case 'job.recovered':
        row.deaths = entry.deaths;
        break;
      case 'job.stuck':
        Object.assign(row, { state: 'stuck', endedAt: entry.at, owner: undefined, heldUntil: undefined });
        break;
      case 'workflow.changed': {
        const { workflow, version, tasks } = entry;
        Object.assign(row, { workflow, version, tasks });
      }
    }
  }

  async release(id: string, owner: string): Promise<void> {
    const row = this.rows.get(id);
    if (row?.owner === owner) {
      Object.assign(row, { owner: undefined, heldUntil: undefined });
    }
  }

  async read(id: string): Promise<StoredJob | undefined> {
    return this.rows.get(id);
  }

  async suspects(): Promise<Suspect[]> {
    return [...this.rows.values()].filter(({ deaths }) => deaths.length > 0);
  }

  async list(filter: ListFilter): Promise<JobPage> {
    const { limit, after } = readPage(filter);
    const placed = this.#select(filter)
      .map((job) => ({ job, createdAt: job.createdAt, id: Buffer.from(job.id).toString('hex') }))
      .sort((a, b) => (isAfter(a, b) ? 1 : -1))
      .filter((place) => after === undefined || isAfter(place, after));
    const page = placed.slice(0, limit);
    const last = placed.length > limit ? page.at(-1) : undefined;
    return { jobs: page.map(({ job }) => job), next: last && afterOf(last) };
  }

  async delete({ before = Infinity, id, ...filter }: DeletionFilter): Promise<number> {
    const rows = this.#select(filter).filter(
      (row) =>
        row.endedAt !== undefined &&
        row.endedAt < before &&
        (id === undefined || row.id === id) &&
        (row.state !== 'stuck' || filter.state === 'stuck'),
    );
    for (const { id } of rows) {
      this.rows.delete(id);
    }
    return rows.length;
  }

  /** The process of whoever holds jobs has died: nothing of it reaches the store any more. */
  crash(): MemoryStore {
    const after = new MemoryStore();
    for (const [id, row] of this.rows) {
      after.rows.set(id, { ...row, owner: undefined, heldUntil: undefined });
    }
    this.before = () => new Promise(() => {});
    return after;
  }

  #select({ state, workflow }: JobFilter): Row[] {
    return [...this.rows.values()].filter(
      (row) => (state === undefined || row.state === state) && (workflow === undefined || row.workflow === workflow),
    );
  }

  async #call(what: string, entry?: JournalEntry): Promise<void> {
    this.calls.push(what);
    await this.before(what, entry);
  }

  #ownedBy(id: string, owner: string): Row {
    const row = this.rows.get(id);
    if (row?.owner !== owner) {
      throw new JobStoreError('LEASE_LOST', `The job \`${id}\` was taken over by another process`);
    }
    return row;
  }

  #put(row: Row, attempt: RecordedAttempt): void {
    const others = row.attempts.filter((other) => other.task !== attempt.task || other.attempt !== attempt.attempt);
    const before = row.attempts.find((other) => other.task === attempt.task && other.attempt === attempt.attempt);
    row.attempts = before?.outcome === undefined ? [...others, attempt] : row.attempts;
  }
}
