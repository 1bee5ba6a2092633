import { randomUUID } from 'node:crypto';
import { JobStoreError } from '../runtime/errors/job-store-error.ts';
import type {
  Codec,
  DeletionFilter,
  JobFilter,
  JobStore,
  JobSummary,
  JournalEntry,
  Lease,
  NewJob,
  StoredJob,
} from '../runtime/journal/job-store.ts';
import { quote } from '../workflow/describe-value.ts';
import type { RedisClients } from './redis-clients.ts';
import { StoreClient } from './store-client.ts';
import * as scripts from './store-scripts.ts';
import {
  type FlatHash,
  fieldOf,
  type PlacedSummary,
  readJob,
  readSummary,
  SUMMARY_FIELDS,
  tell,
  writeJob,
  writeTasks,
} from './stored-job.ts';

/** How many jobs are read or deleted at once. */
const CHUNK = 200;

type Status = 'OK' | 'JOB_EXISTS' | 'LEASE_LOST';
type Found = readonly ['OK', FlatHash, FlatHash] | readonly ['JOB_NOT_FOUND'] | readonly ['JOB_HELD', string];

/** The jobs saved in a Redis. */
export class JobRecords implements JobStore {
  readonly codec: Codec;
  readonly #client: StoreClient;
  readonly #prefix: string;

  constructor(clients: RedisClients, prefix: string, codec: Codec) {
    this.#client = new StoreClient(clients);
    this.#prefix = prefix;
    this.codec = codec;
  }

  async create(job: NewJob, { owner, until }: Lease): Promise<void> {
    const keys = [this.#job(job.id), this.#key('running'), this.#key('index'), this.#key('counter')];
    const status = await this.#client.run(scripts.CREATE, keys, [
      tell(job.id),
      randomUUID(),
      job.createdAt,
      ...writeJob(job, owner, until),
    ]);
    if (status === 'JOB_EXISTS') {
      throw new JobStoreError('JOB_EXISTS', `The job ${quote(job.id)} already exists: continue it with \`resume\``);
    }
  }

  async acquire(id: string, { owner, now, until }: Lease): Promise<StoredJob> {
    const found = await this.#client.run<Found>(
      scripts.ACQUIRE,
      [this.#job(id), this.#attempts(id)],
      [tell(owner), now, until],
    );
    if (found[0] === 'JOB_NOT_FOUND') {
      throw new JobStoreError('JOB_NOT_FOUND', `There is no saved job ${quote(id)}`);
    }
    if (found[0] === 'JOB_HELD') {
      const held = new Date(Number(found[1]));
      const when = Number.isNaN(held.getTime()) ? '' : `: its lease lasts until ${held.toISOString()} and may be renewed`;
      throw new JobStoreError('JOB_HELD', `Another process is running the job ${quote(id)}${when}`);
    }
    try {
      return readJob(id, found[1], found[2]);
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
    const [, job, attempts] = await this.#client.run<readonly ['OK', FlatHash, FlatHash]>(
      scripts.READ,
      [this.#job(id), this.#attempts(id)],
      [],
    );
    return job.length === 0 ? undefined : readJob(id, job, attempts);
  }

  async list({ state, workflow }: JobFilter): Promise<readonly JobSummary[]> {
    const index = this.#key(state === 'running' ? 'running' : 'index');
    const ids = await this.#client.ask((client) => client.zrange(index, '0', '-1'));
    const found: PlacedSummary[] = [];
    for (let from = 0; from < ids.length; from += CHUNK) {
      found.push(...(await this.#summaries(ids.slice(from, from + CHUNK))));
    }
    return found
      .filter((job) => (state === undefined || job.state === state) && (workflow === undefined || job.workflow === workflow))
      .sort((a, b) => b.createdAt - a.createdAt || b.place - a.place)
      .map(({ place, ...job }) => job);
  }

  async delete({ state, workflow, before }: DeletionFilter): Promise<number> {
    const ended = this.#key('ended');
    const last = before === undefined ? '+inf' : `(${before}`;
    let deleted = 0;
    // Jobs that are kept stay ahead of the next batch.
    for (let kept = 0; ; ) {
      const offset = kept;
      const ids = await this.#client.ask((client) => client.zrangebyscore(ended, '-inf', last, 'LIMIT', offset, CHUNK));
      if (ids.length === 0) {
        return deleted;
      }
      const meant = await this.#meant(ids, state, workflow);
      const keys = [this.#key('index'), ended, ...meant.flatMap((id) => [this.#keyOf('job', id), this.#keyOf('attempts', id)])];
      deleted += meant.length === 0 ? 0 : await this.#client.run<number>(scripts.DELETE, keys, meant);
      kept += ids.length - meant.length;
    }
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
      case 'attempt.succeeded':
      case 'attempt.failed': {
        const field = fieldOf(entry.task, entry.attempt);
        return this.#client.run(
          scripts.APPEND_OUTCOME,
          [job, this.#attempts(id)],
          [owner, field, entry.at, JSON.stringify(entry)],
        );
      }
      case 'job.cancelled':
        return this.#client.run(scripts.APPEND_CANCELLED, [job], [owner, entry.at, tell(entry.reason)]);
      case 'job.ended':
        return this.#client.run(
          scripts.APPEND_ENDED,
          [job, this.#key('running'), this.#key('ended')],
          [owner, entry.at, entry.state, tell(id), randomUUID()],
        );
      case 'workflow.changed': {
        const version = entry.version === undefined ? [] : [tell(entry.version)];
        return this.#client.run(
          scripts.APPEND_CHANGED,
          [job],
          [owner, tell(entry.workflow), writeTasks(entry.tasks), ...version],
        );
      }
    }
  }

  async #meant(ids: readonly string[], state: JobFilter['state'], workflow: string | undefined): Promise<string[]> {
    if (state === undefined && workflow === undefined) {
      return [...ids];
    }
    const jobs = await this.#hashes(ids, ['state', 'workflow']);
    return ids.filter((_, index) => {
      const [itsState, itsWorkflow] = jobs[index] as (string | null)[];
      return (state ?? itsState) === itsState && (workflow === undefined || tell(workflow) === itsWorkflow);
    });
  }

  /** The summaries of the jobs that were not deleted meanwhile. */
  async #summaries(ids: readonly string[]): Promise<PlacedSummary[]> {
    const hashes = await this.#hashes(ids, SUMMARY_FIELDS);
    return ids.flatMap((id, index) => {
      const values = hashes[index] as (string | null)[];
      return values.every((value) => value === null) ? [] : [readSummary(id, values)];
    });
  }

  #hashes(ids: readonly string[], fields: readonly string[]): Promise<(string | null)[][]> {
    return this.#client.ask((client) => Promise.all(ids.map((id) => client.hmget(this.#keyOf('job', id), ...fields))));
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
