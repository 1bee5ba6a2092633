import type { JobStore } from '../../src/journal/job-store.ts';

/** Saves a job of a workflow `flow` with tasks a → b that ran in these processes, all of which died. */
export async function deadJob(store: JobStore, id: string, processes: readonly string[], context: object = {}): Promise<void> {
  const tasks = [
    { name: 'a', dependencies: [], continueOnFailure: false },
    { name: 'b', dependencies: ['a'], continueOnFailure: false },
  ];
  const job = { id, workflow: 'flow', version: undefined, tasks, context: store.codec.encode(context), createdAt: 10 };
  const limits = { deadline: undefined, maxConcurrency: undefined, maxRetries: 5 };
  await store.create({ ...job, ...limits }, leaseIn('first', id));
  await store.release(id, leaseIn('first', id).owner);
  for (const process of processes) {
    await die(store, id, process);
  }
}

/** A process takes a job and dies. With `!`, the job was the suspect of that process. */
export async function die(store: JobStore, id: string, process: string): Promise<void> {
  await store.acquire(id, leaseIn(process, id));
}

/** The lease of a job that a process held for 4 ms, long ago. */
export function leaseIn(process: string, id: string) {
  const [name, mark = ''] = /^(.*?)(!?)$/.exec(process)?.slice(1) ?? [];
  return { owner: `${name}.${id}${mark}/4`, now: 1, until: 1 };
}
