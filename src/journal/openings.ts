import { during, type JobClock } from '../time/clock.ts';
import { describeValue } from '../values/describe-value.ts';
import { raise } from '../values/raise.ts';
import { WorkflowChangedError } from './errors/workflow-changed-error.ts';
import type { JobStore, NewJob, StoredJob } from './job-store.ts';
import type { Opening, StoreAccess } from './opening.ts';
import { RecordedJob } from './recorded-job.ts';
import type { Permit } from './recovery/slots.ts';
import { takeJob } from './recovery/take-job.ts';
import { callStore, mayBeUnsaved } from './store-problems.ts';
import { type WorkflowChange, type WorkflowShape, workflowChanges } from './workflow-change.ts';

/** A new job as it is saved, except for its time, which is set on saving. */
export interface FreshJob extends Omit<NewJob, 'createdAt' | 'deadline'> {
  readonly timeout: number | undefined;
}

/** Saves a new job. */
export function createJob(store: JobStore, { timeout, ...job }: FreshJob): Opening {
  const open: Opening = async ({ newLease, clock, calls }) => {
    const createdAt = clock.now();
    const deadline = timeout === undefined ? undefined : createdAt + timeout;
    await calls
      .try(() => store.create({ ...job, createdAt, deadline }, newLease()))
      .catch((error) => raise(mayBeUnsaved(error)));
    const { maxConcurrency = Infinity, maxRetries } = job;
    return { recorded: undefined, timeout, deadline, maxConcurrency, maxRetries, countInterrupted: false, hasDeaths: false };
  };
  return Object.assign(open, { isNew: true as const });
}

/** How a saved job is continued. */
export interface Continuation {
  readonly id: string;
  readonly shape: WorkflowShape;
  readonly onChange: ((changes: readonly WorkflowChange[]) => unknown) | undefined;
  readonly whenHeld: 'refuse' | 'wait' | 'waitOnce';
  readonly permit?: Permit | undefined;
  readonly maxRecoveries: number;
  readonly retryStuck: boolean;
  readonly countInterrupted: boolean;
  /** Overrides the saved value, like `maxRetries`. */
  readonly maxConcurrency: number | undefined;
  readonly maxRetries: number | undefined;
}

/** Loads a saved job. */
export function continueJob(store: JobStore, continuation: Continuation): Opening {
  const { id, whenHeld, permit, retryStuck, countInterrupted } = continuation;
  return async (access) => {
    const { clock } = access;
    const newLease = () => ({ ...access.newLease(), retryStuck });
    const job = await takeJob({ store, id, whenHeld, permit, ...access, newLease }, access, continuation);
    const owner = access.owner();
    try {
      const recorded = await RecordedJob.read(job, store.codec, clock);
      await acceptChanges(store, job, owner, access, continuation);
      const { hasEnded } = recorded;
      return {
        recorded,
        timeout: job.deadline === undefined ? undefined : job.deadline - job.createdAt,
        deadline: hasEnded || job.ending !== undefined ? deadlineOfEnded(job) : job.deadline,
        maxConcurrency: (hasEnded ? undefined : continuation.maxConcurrency) ?? job.maxConcurrency ?? Infinity,
        maxRetries: (hasEnded ? undefined : continuation.maxRetries) ?? job.maxRetries,
        countInterrupted,
        hasDeaths: job.deaths !== undefined && job.deaths.length > 0,
      };
    } catch (error) {
      // A lease that can't be released expires.
      await callStore(clock, () => store.release(id, owner)).catch(() => {});
      throw error;
    }
  };
}

/** A job that ended, or is ending, times out again, at once, only if it timed out before. */
const deadlineOfEnded = ({ state, ending }: StoredJob): number | undefined =>
  (ending?.state ?? state) === 'timedOut' ? Number.NEGATIVE_INFINITY : undefined;

async function acceptChanges(
  store: JobStore,
  job: StoredJob,
  owner: string,
  { calls, clock }: StoreAccess,
  { shape, onChange }: Continuation,
): Promise<void> {
  const changes = workflowChanges(job, shape);
  if (changes.length === 0) {
    return;
  }
  if (job.state !== 'running') {
    throw new WorkflowChangedError(job.id, changes, `It has ended as ${job.state}; \`getJob\` returns its record.`);
  }
  if ((await isAccepted(job.id, changes, clock, onChange)) !== true) {
    const advice = `Pass the workflow it was started with, or return true from \`onChange\`.`;
    throw new WorkflowChangedError(job.id, changes, advice);
  }
  const at = clock.now();
  await calls.try(() => store.append(job.id, owner, { type: 'workflow.changed', at, ...shape }));
}

async function isAccepted(
  job: string,
  changes: readonly WorkflowChange[],
  clock: JobClock,
  onChange: Continuation['onChange'],
): Promise<unknown> {
  try {
    return await during(clock, () => onChange?.(changes));
  } catch (cause) {
    throw new WorkflowChangedError(job, changes, `\`onChange\` threw ${describeValue(cause)}.`, { cause });
  }
}
