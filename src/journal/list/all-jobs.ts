import type { JobFilter, JobStore, ListedJob } from '../job-store.ts';

/** Lists all jobs that a filter selects, page by page. */
export async function* allJobs(store: JobStore, filter: JobFilter = {}): AsyncGenerator<ListedJob, void, undefined> {
  let after: string | undefined;
  do {
    const { jobs, next } = await store.list({ ...filter, after });
    yield* jobs;
    after = next;
  } while (after !== undefined);
}
