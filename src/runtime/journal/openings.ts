import { quote } from '../../workflow/describe-value.ts';
import type { JobClock } from '../clock.ts';
import { JobStoreError } from '../errors/job-store-error.ts';
import { WorkflowChangedError } from '../errors/workflow-changed-error.ts';
import type { JobStore, Lease, NewJob, StoredJob } from './job-store.ts';
import type { Opening } from './journal.ts';
import { RecordedJob } from './recorded-job.ts';
import { type WorkflowChange, type WorkflowShape, workflowChanges } from './workflow-change.ts';

/** What is put on record of a new job; the time when it is, is known when it is. */
export interface FreshJob extends Omit<NewJob, 'createdAt' | 'deadline'> {
  readonly timeout: number | undefined;
}

/** Puts a new job on record. */
export function createJob(store: JobStore, { timeout, ...job }: FreshJob): Opening {
  return async (newLease) => {
    const lease = newLease();
    const deadline = timeout === undefined ? undefined : lease.now + timeout;
    await store.create({ ...job, createdAt: lease.now, deadline }, lease);
    const { maxConcurrency = Infinity, maxRetries } = job;
    return { lease, recorded: undefined, timeout, deadline, maxConcurrency, maxRetries, countInterrupted: false };
  };
}

/** How a job is taken from its record. */
export interface Continuation {
  readonly id: string;
  readonly shape: WorkflowShape;
  readonly onChange: ((changes: readonly WorkflowChange[]) => unknown) | undefined;
  readonly whenHeld: 'refuse' | 'wait';
  readonly countInterrupted: boolean;
  /** Instead of what is on record. */
  readonly maxConcurrency: number | undefined;
  readonly maxRetries: number | undefined;
}

/** Takes a job from its record. */
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
      // What can't be released runs out.
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
    throw new WorkflowChangedError(job.id, changes, `It has ended as ${job.state}: getJob gives what is on record.`);
  }
  if ((await onChange?.(changes)) !== true) {
    const advice = `Give the workflow that it was started with, or let \`onChange\` return true.`;
    throw new WorkflowChangedError(job.id, changes, advice);
  }
  await store.append(job.id, lease.owner, { type: 'workflow.changed', at: lease.now, ...shape });
}

/** A job that is over does not come to its end with the workflow it is continued with. */
export const endsOtherwise = (job: StoredJob): WorkflowChangedError =>
  new WorkflowChangedError(
    job.id,
    [],
    `It has ended as ${quote(job.state)}, and would not now: have options of its tasks changed?`,
  );
