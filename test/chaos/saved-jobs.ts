import { setTimeout } from 'node:timers/promises';
import { getJob, type JobResult, type JobStore, type ListedJob, listJobs, type TintypeError } from 'tintype';
import type { SavedJob } from './judge.ts';
import type { Line } from './log.ts';

/** Without any progress for this long, jobs that are left are stuck, in milliseconds. */
const PATIENCE = 60_000;
/** How long there must be no unfinished job, since a new one may be about to be saved, in milliseconds. */
const QUIET = 5000;
const LOOK = 1000;

/** Why a job goes on without this process; undefined if it has ended. */
export function detachedBy(result: JobResult): { readonly code: string; readonly message: string } | undefined {
  const { state, error, reason } = result as { state: string; error?: TintypeError; reason?: TintypeError };
  if (state === 'detached') {
    return error;
  }
  const isOurs = /^(JobStore|JobSuspended|WorkflowChanged)Error$/.test(reason?.name ?? '');
  return state === 'cancelled' && isOurs ? reason : undefined;
}

/** All saved jobs that have not ended. */
export async function unfinishedJobs(store: JobStore): Promise<ListedJob[]> {
  const found: ListedJob[] = [];
  let after: string | undefined;
  do {
    const { jobs, next } = await listJobs(store, { state: 'running', after });
    found.push(...jobs);
    after = next;
  } while (after !== undefined);
  return found;
}

/** Waits until all jobs have ended, or nothing has happened for a long time. */
export async function settled(stores: readonly JobStore[], lines: () => readonly Line[]): Promise<void> {
  let seen = 0;
  let [progress, unquiet] = [performance.now(), performance.now()];
  while (performance.now() < progress + PATIENCE) {
    const left = await Promise.all(stores.map(unfinishedJobs));
    if (left.flat().length > 0) {
      unquiet = performance.now();
    } else if (performance.now() > unquiet + QUIET) {
      return;
    }
    const done = new Set(lines().flatMap((line) => milestone(line) ?? [])).size;
    if (done > seen) {
      seen = done;
      progress = performance.now();
    }
    await setTimeout(LOOK);
  }
}

/** What can happen only so often, unlike calls. */
function milestone(line: Line): string | undefined {
  if (line.type === 'completed') {
    return `${line.job} ${line.task}`;
  }
  return line.type === 'ended' ? line.job : undefined;
}

/** All jobs that a process has seen, or that have not ended. */
export async function savedJobs(stores: readonly JobStore[], lines: readonly Line[]): Promise<Map<string, SavedJob>> {
  const saved = new Map<string, SavedJob>();
  const seen = lines.flatMap((line) => ('job' in line ? line.job : []));
  for (const store of stores) {
    const left = (await unfinishedJobs(store)).map(({ id }) => id);
    for (const id of new Set([...seen, ...left])) {
      // A job that can't be read is as good as lost.
      const job = await getJob(store, id).catch(() => undefined);
      if (job !== undefined) {
        saved.set(id, job);
      }
    }
  }
  return saved;
}
