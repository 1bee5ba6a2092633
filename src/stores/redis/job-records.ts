import { JobStoreError } from '../../journal/errors/job-store-error.ts';
import type {
  Codec,
  DeletionFilter,
  JobPage,
  JobStore,
  JournalEntry,
  Lease,
  ListFilter,
  NewJob,
  StoredJob,
} from '../../journal/job-store.ts';
import { jobExists, jobHeld, jobNotFound } from '../../journal/lease/refused-lease.ts';
import type { Suspect } from '../../journal/recovery/suspect.ts';
import { MAX_JOB, MAX_VALUE } from '../../journal/size-limits.ts';
import { quote } from '../../values/describe-value.ts';
import { JobLists } from './job-lists.ts';
import type { RedisClients } from './redis-clients.ts';
import { StoreClient } from './store-client.ts';
import * as scripts from './store-scripts.ts';
import { fieldOf } from './stored-attempts.ts';
import { readJob, readSuspect, writeJob, writeTasks } from './stored-job.ts';
import { type FlatHash, tell } from './stored-text.ts';

type Status = 'OK' | 'JOB_EXISTS' | 'LEASE_LOST';
type Read = readonly ['OK', FlatHash, FlatHash] | readonly ['TOO_LONG'];
type Found = Read | readonly ['JOB_NOT_FOUND'] | readonly ['JOB_HELD', owner: string, until: string];

/** The jobs saved in a Redis. */
export class JobRecords implements JobStore {
  readonly codec: Codec;
  readonly onError: JobStore['onError'];
  readonly #lists: JobLists;
  readonly #client: StoreClient;
  readonly #prefix: string;

  constructor(clients: RedisClients, prefix: string, codec: Codec, onError: JobStore['onError']) {
    this.#client = new StoreClient(clients);
    this.#lists = new JobLists(this.#client, prefix);
    this.#prefix = prefix;
    this.codec = codec;
    this.onError = onError;
  }

  async create(job: NewJob, { owner, until }: Lease): Promise<void> {
    const status = await this.#client.run(
      scripts.CREATE,
      [this.#job(job.id), this.#key('counter')],
      [this.#prefix, tell(job.id), tell(owner), job.createdAt, tell(job.workflow), ...writeJob(job, owner, until)],
    );
    if (status === 'JOB_EXISTS') {
      throw jobExists(job.id);
    }
  }

  async acquire(id: string, { owner, now, until, retryStuck = false }: Lease): Promise<StoredJob> {
    const found = await this.#client.run<Found>(
      scripts.ACQUIRE,
      [this.#job(id), this.#attempts(id), this.#key('suspects'), this.#key('ended')],
      [this.#prefix, tell(owner), now, until, tell(id), Number(retryStuck)],
    );
    if (found[0] === 'JOB_NOT_FOUND') {
      throw jobNotFound(id);
    }
    if (found[0] === 'JOB_HELD') {
      throw jobHeld(id, found[1], Number(found[2]));
    }
    if (found[0] === 'TOO_LONG') {
      throw tooLarge(id);
    }
    try {
      return await readJob(id, found[1], found[2]);
    } catch (error) {
      await this.release(id, owner);
      throw error;
    }
  }

  async renew(id: string, { owner, until }: Lease): Promise<void> {
    refuseLost(id, await this.#client.run(scripts.RENEW, [this.#job(id)], [tell(owner), until]));
  }

  async append(id: string, owner: string, entry: JournalEntry): Promise<void> {
    refuseLost(id, await this.#append(id, tell(owner), entry));
  }

  async release(id: string, owner: string): Promise<void> {
    await this.#client.run(scripts.RELEASE, [this.#job(id)], [tell(owner)]);
  }

  async read(id: string): Promise<StoredJob | undefined> {
    const found = await this.#client.run<Read>(scripts.READ, [this.#job(id), this.#attempts(id)], []);
    if (found[0] === 'TOO_LONG') {
      throw tooLarge(id);
    }
    const [, job, attempts] = found;
    return job.length === 0 ? undefined : readJob(id, job, attempts);
  }

  async suspects(process: string): Promise<Suspect[]> {
    const found = await this.#client.run<Parameters<typeof readSuspect>[0][]>(
      scripts.SUSPECTS,
      [this.#key('suspects')],
      [this.#prefix, process],
    );
    return found.map(readSuspect);
  }

  list(filter: ListFilter): Promise<JobPage> {
    return this.#lists.list(filter);
  }

  delete(filter: DeletionFilter): Promise<number> {
    return this.#lists.delete(filter);
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** @param owner encoded by `tell` */
  #append(id: string, owner: string, entry: JournalEntry): Promise<Status> {
    const job = this.#job(id);
    switch (entry.type) {
      case 'attempt.started': {
        const field = fieldOf(entry.task, entry.attempt);
        return this.#client.run(scripts.APPEND_START, [job, this.#attempts(id)], [owner, field, entry.at]);
      }
      case 'condition.decided':
      case 'condition.failed':
      case 'attempt.succeeded':
      case 'attempt.failed': {
        const field = fieldOf(entry.task, entry.attempt);
        const { clearsDeaths, ...outcome } = entry;
        return this.#client.run(
          scripts.APPEND_OUTCOME,
          [job, this.#attempts(id), this.#key('suspects')],
          [owner, field, entry.at, JSON.stringify(outcome), ...(clearsDeaths ? [tell(id)] : [])],
        );
      }
      case 'attempt.interrupted':
        return this.#client.run(scripts.APPEND_INTERRUPTED, [job, this.#attempts(id)], [owner, tell(entry.task), entry.at]);
      case 'job.ending': {
        const { at, phase, state, acted } = entry;
        return this.#client.run(
          scripts.APPEND_ENDING,
          [job],
          [owner, JSON.stringify({ at, phase, state }), JSON.stringify(acted)],
        );
      }
      case 'job.cancelled':
        return this.#client.run(scripts.APPEND_CANCELLED, [job], [owner, entry.at, tell(entry.reason)]);
      case 'job.ended':
        return this.#client.run(
          scripts.APPEND_ENDED,
          [job, this.#key('ended'), this.#key('suspects')],
          [this.#prefix, owner, entry.at, entry.state, tell(id), ...(entry.clearsDeaths ? [tell(id)] : [])],
        );
      case 'job.stuck':
        return this.#client.run(
          scripts.APPEND_ENDED,
          [job, this.#key('ended'), this.#key('suspects')],
          [this.#prefix, owner, entry.at, 'stuck', tell(id)],
        );
      case 'job.recovered': {
        const deaths = entry.deaths.length === 0 ? '' : JSON.stringify(entry.deaths);
        return this.#client.run(scripts.APPEND_RECOVERED, [job, this.#key('suspects')], [owner, tell(id), deaths]);
      }
      case 'workflow.changed': {
        const version = entry.version === undefined ? [] : [tell(entry.version)];
        return this.#client.run(
          scripts.APPEND_CHANGED,
          [job],
          [this.#prefix, owner, tell(id), tell(entry.workflow), writeTasks(entry.tasks), ...version],
        );
      }
    }
  }

  #key(name: string): string {
    return `${this.#prefix}:jobs:${name}`;
  }

  #job(id: string): string {
    return this.#keyOf('job', tell(id));
  }

  #attempts(id: string): string {
    return this.#keyOf('attempts', tell(id));
  }

  /** @param id encoded by `tell` */
  #keyOf(part: 'job' | 'attempts', id: string): string {
    return `${this.#prefix}:${part}:${id}`;
  }
}

function refuseLost(id: string, status: Status): void {
  if (status === 'LEASE_LOST') {
    throw new JobStoreError('LEASE_LOST', `The job ${quote(id)} was taken over by another process, has ended or was deleted`);
  }
}

const tooLarge = (id: string): JobStoreError =>
  new JobStoreError(
    'STORE_UNREADABLE',
    `The saved job ${quote(id)} can't be read: it has more than ${MAX_JOB} bytes, or a value of more than ${MAX_VALUE}`,
  );
