import { type JobResult, type JobStore, listJobs, type TintypeError } from 'tintype';

/** Why a job goes on without this process; undefined if it has ended. */
export function detachedBy(result: JobResult): { readonly code: string; readonly message: string } | undefined {
  const { state, error, reason } = result as { state: string; error?: TintypeError; reason?: TintypeError };
  if (state === 'detached') {
    return error;
  }
  const isOurs = /^(JobStore|JobSuspended|WorkflowChanged)Error$/.test(reason?.name ?? '');
  return state === 'cancelled' && isOurs ? reason : undefined;
}

/** The ids of all saved jobs that have not ended, with their workflows. */
export async function unfinishedJobs(store: JobStore): Promise<{ readonly id: string; readonly workflow: string }[]> {
  return [...(await listJobs(store, { state: 'running' }))];
}
