import type { JobClock } from '../clock.ts';
import { JobStoreError } from '../errors/job-store-error.ts';
import { WorkflowChangedError } from '../errors/workflow-changed-error.ts';
import type { JobStore, Lease, NewJob, StoredJob } from './job-store.ts';
import type { Opening } from './journal.ts';
import { RecordedJob } from './recorded-job.ts';
import { type WorkflowChange, type WorkflowShape, workflowChanges } from './workflow-change.ts';

/** A new job as it is saved, but for the time, which is set then. */
export interface FreshJob extends Omit<NewJob, 'createdAt' | 'deadline'> {
  readonly timeout: number | undefined;
}

/** Saves a new job. */
export function createJob(store: JobStore, { timeout, ...job }: FreshJob): Opening {
  return async (newLease) => {
    const lease = newLease();
    const deadline = timeout === undefined ? undefined : lease.now + timeout;
    await store.create({ ...job, createdAt: lease.now, deadline }, lease);
    const { maxConcurrency = Infinity, maxRetries } = job;
    return { lease, recorded: undefined, timeout, deadline, maxConcurrency, maxRetries, countInterrupted: false };
  };
}

/** How a saved job is continued. */
export interface Continuation {
  readonly id: string;
  readonly shape: WorkflowShape;
  readonly onChange: ((changes: readonly WorkflowChange[]) => unknown) | undefined;
  readonly whenHeld: 'refuse' | 'wait';
  readonly countInterrupted: boolean;
  /** Instead of what is saved. */
  readonly maxConcurrency: number | undefined;
  readonly maxRetries: number | undefined;
}

/** Loads a saved job. */
export function continueJob(store: JobStore, continuation: Continuation): Opening {
  const { id, whenHeld, countInterrupted } = continuation;
  return async (newLease, clock) => {
    const { lease, job } = await acquire(store, id, whenHeld, newLease, clock);
    try {
      const recorded = new RecordedJob(job, store.codec, lease.now);
      await acceptChanges(store, job, lease, continuation);
      const { hasEnded } = recorded;
      return {
        lease,
        recorded,
        timeout: job.deadline === undefined ? undefined : job.deadline - job.createdAt,
        // A job that has ended times out only if it did so before.
        deadline: hasEnded && job.state !== 'timedOut' ? undefined : job.deadline,
        maxConcurrency: (hasEnded ? undefined : continuation.maxConcurrency) ?? job.maxConcurrency ?? Infinity,
        maxRetries: (hasEnded ? undefined : continuation.maxRetries) ?? job.maxRetries,
        countInterrupted,
      };
    } catch (error) {
      // A lease that can't be released expires.
      await store.release(id, lease.owner).catch(() => {});
      throw error;
    }
  };
}

async function acquire(
  store: JobStore,
  id: string,
  whenHeld: 'refuse' | 'wait',
  newLease: () => Lease,
  clock: JobClock,
): Promise<{ lease: Lease; job: StoredJob }> {
  for (;;) {
    const lease = newLease();
    try {
      return { lease, job: await store.acquire(id, lease) };
    } catch (error) {
      if (whenHeld === 'refuse' || !(error instanceof JobStoreError) || error.code !== 'JOB_HELD') {
        throw error;
      }
    }
    await new Promise<void>((resolve) => clock.setTimeout(resolve, Math.ceil((lease.until - lease.now) / 3)));
  }
}

async function acceptChanges(store: JobStore, job: StoredJob, lease: Lease, { shape, onChange }: Continuation): Promise<void> {
  const changes = workflowChanges(job, shape);
  if (changes.length === 0) {
    return;
  }
  if (job.state !== 'running') {
    throw new WorkflowChangedError(job.id, changes, `It has ended as ${job.state}; \`getJob\` returns its record.`);
  }
  if ((await onChange?.(changes)) !== true) {
    const advice = `Pass the workflow it was started with, or return true from \`onChange\`.`;
    throw new WorkflowChangedError(job.id, changes, advice);
  }
  await store.append(job.id, lease.owner, { type: 'workflow.changed', at: lease.now, ...shape });
}
