import { JobStoreError } from '../../journal/errors/job-store-error.ts';
import type { DeletionFilter, JobFilter, JobPage, ListedJob, ListFilter } from '../../journal/job-store.ts';
import { afterOf, readPage } from '../../journal/list/job-page.ts';
import { MAX_NAME } from '../../journal/size-limits.ts';
import * as scripts from './list-scripts.ts';
import type { StoreClient } from './store-client.ts';
import { listedJob, SUMMARY_FIELDS } from './stored-job.ts';
import { tell } from './stored-text.ts';

/** How many jobs one script deletes or indexes. */
const CHUNK = 200;

type Entry = readonly [id: string, createdAt: string, values: string | readonly (string | null)[]];

/** Lists and deletes the jobs saved in a Redis. */
export class JobLists {
  readonly #client: StoreClient;
  readonly #prefix: string;
  #indexed: Promise<void> | undefined;

  constructor(client: StoreClient, prefix: string) {
    this.#client = client;
    this.#prefix = prefix;
  }

  async list(filter: ListFilter): Promise<JobPage> {
    const { limit, after } = readPage(filter);
    const { state, workflow } = filter;
    if (workflow !== undefined || (state !== undefined && state !== 'running')) {
      await this.#ensureIndexes();
    }
    const place = after === undefined ? [] : [after.createdAt, Buffer.from(after.id, 'hex').toString()];
    const values = [this.#prefix, limit + 1, MAX_NAME, SUMMARY_FIELDS.length, ...SUMMARY_FIELDS, ...place];
    const found = await this.#client.run<readonly Entry[]>(scripts.LIST, [this.#key(indexOf(filter))], values);
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return {
      jobs: page.map(([id, , read]) => listedJob(id, read)).filter((job) => isSelected(job, filter)),
      next: last && afterOf({ createdAt: Number(last[1]), id: Buffer.from(last[0]).toString('hex') }),
    };
  }

  async delete({ id, state, workflow, before }: DeletionFilter): Promise<number> {
    const named = workflow === undefined ? '' : tell(workflow);
    const filter = [before ?? '', state ?? '', named, ...(id === undefined ? [] : [tell(id)])];
    let deleted = 0;
    // Jobs that are kept stay ahead of the next chunk.
    for (let skip = 0; ; ) {
      const values = [this.#prefix, skip, CHUNK, ...filter];
      const [removed, kept, isDone] = await this.#client.run<readonly [number, number, 0 | 1]>(
        scripts.DELETE,
        [this.#key('ended')],
        values,
      );
      deleted += removed;
      skip += kept;
      if (isDone === 1) {
        return deleted;
      }
    }
  }

  /** Jobs of version 0.1.0 are in two of the indexes only. */
  #ensureIndexes(): Promise<void> {
    this.#indexed ??= this.#index().catch((error) => {
      this.#indexed = undefined;
      throw error;
    });
    return this.#indexed;
  }

  async #index(): Promise<void> {
    const done = this.#key('indexed');
    if ((await this.#client.ask((client) => client.exists(done))) === 1) {
      return;
    }
    let cursor = '0';
    do {
      const from = cursor;
      const [next, found] = await this.#client.ask((client) => client.zscan(this.#key('index'), from, 'COUNT', CHUNK));
      const ids = found.filter((_, index) => index % 2 === 0);
      await this.#client.run(scripts.INDEX, [], [this.#prefix, ...ids]);
      cursor = next;
    } while (cursor !== '0');
    await this.#client.ask((client) => client.set(done, '1'));
  }

  #key(name: string): string {
    return `${this.#prefix}:jobs:${name}`;
  }
}

function indexOf({ state, workflow }: JobFilter): string {
  if (workflow !== undefined) {
    return `workflow:${tell(workflow)}${state === undefined ? '' : `:${state}`}`;
  }
  if (state === undefined) {
    return 'index';
  }
  return state === 'running' ? state : `state:${state}`;
}

/** A record that was changed by hand may not be what its index says. */
const isSelected = (job: ListedJob, { state, workflow }: JobFilter): boolean =>
  job.problem instanceof JobStoreError ||
  ((state === undefined || job.state === state) && (workflow === undefined || job.workflow === workflow));
