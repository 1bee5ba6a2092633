import type { RecordedAttempt, StoredJob } from './job-store.ts';
import { areAllSettled, settles } from './settled-tasks.ts';

/**
 * A job can be cancelled or time out while outcomes are being saved. Those that would have ended it otherwise can't have reached its machines.
 */
export function savedTooLate(saved: StoredJob): RecordedAttempt[] {
  const job = withoutLastPhases(saved);
  if (job.state !== 'cancelled' && job.state !== 'timedOut') {
    return [];
  }
  const fatal = fatalFailures(job);
  const last = job.attempts
    .filter(({ outcome }) => settles(outcome))
    .reduce<RecordedAttempt | undefined>((latest, one) => (timeOf(one) >= timeOf(latest) ? one : latest), undefined);
  return fatal.length === 0 && last !== undefined && areAllSettled(job) ? [last] : fatal;
}

/**
 * In a job with `finishRunning`, outcomes that were saved after the first failure, of tasks that still ran. They reached its machines, but no
 * dependent of these tasks started any more.
 */
export function savedAfterFailure(saved: StoredJob): RecordedAttempt[] {
  const job = withoutLastPhases(saved);
  const fatal = new Set(job.retryPolicy?.onFailure === 'finishRunning' ? fatalFailures(job) : []);
  if (fatal.size === 0) {
    return [];
  }
  const failedAt = [...fatal].reduce((first, one) => Math.min(first, timeOf(one)), Infinity);
  // A clock may have been set back: what others went on from was saved before.
  const begun = new Set(job.attempts.map(({ task }) => task));
  const before = new Set(job.tasks.flatMap(({ name, dependencies }) => (begun.has(name) ? dependencies : [])));
  return job.attempts.filter(
    (one) => settles(one.outcome) && timeOf(one) > failedAt && !fatal.has(one) && !before.has(one.task),
  );
}

/** The job without its finally tasks, and as if it had ended before anything was undone. */
const withoutLastPhases = ({ ending, ...job }: StoredJob): StoredJob => {
  const tasks = job.tasks.filter(({ isFinal }) => isFinal !== true);
  const names = new Set(tasks.map(({ name }) => name));
  const attempts = job.attempts.filter(({ task, attempt }) => attempt >= 0 && names.has(task));
  return { ...job, state: ending?.state ?? job.state, tasks, attempts };
};

const timeOf = (attempt: RecordedAttempt | undefined): number => attempt?.outcome?.at ?? 0;

/** The failures after which the job starts nothing more. */
function fatalFailures({ tasks, attempts, retryPolicy }: StoredJob): RecordedAttempt[] {
  if (retryPolicy?.onFailure === 'keepGoing') {
    return [];
  }
  const tolerant = new Set(tasks.filter(({ continueOnFailure }) => continueOnFailure).map(({ name }) => name));
  return attempts.filter(
    ({ task, outcome }) =>
      settles(outcome) && (outcome.type === 'attempt.failed' || outcome.type === 'condition.failed') && !tolerant.has(task),
  );
}
