import { topState } from './actor.ts';
import { causeIn } from './cause.ts';
import { type Job, ownState, stateOfJob, type Task, tasksOf } from './job.ts';
import { type Why, why } from './why-sentence.ts';

/**
 * Explains why a job did not complete, or is not going to; `detail` is the error or the reason of a cancellation. Undefined for a job that
 * completed, or may.
 */
export function endOfJob(job: Job): (Why & { readonly detail: unknown }) | undefined {
  switch (endingOf(job)) {
    case 'idle':
    case 'running':
    case 'completed':
      return undefined;
    case 'failing':
    case 'failed':
      return endOfFailed(job);
    case 'timingOut':
    case 'timedOut':
      return { ...why(`It exceeded its timeout of ${job.input.timeout} ms.`), detail: undefined };
    case 'cancelling':
    case 'cancelled': {
      const { reason: given } = causeIn(job.events, 'job.cancel');
      return { ...why(given === undefined ? 'No reason given.' : 'Reason:'), detail: given };
    }
    case 'detaching':
    case 'detached':
      return { ...why('It left this process:'), detail: causeIn(job.events, 'job.detach').error };
    default:
      return { ...why('The actor was stopped.'), detail: undefined };
  }
}

/** The state of a job, or how it will end if it is in one of its last phases, such as `undoing`. */
function endingOf(job: Job): string {
  const state = stateOfJob(job);
  const phase = typeof job.value === 'string' ? undefined : job.value[state];
  return state !== 'idle' && state !== 'running' && phase !== undefined ? topState(phase) : state;
}

function endOfFailed(job: Job): Why & { readonly detail: unknown } {
  const { failedTask, reason, error } = causeIn(job.events, 'end.saved');
  if (failedTask !== undefined) {
    return { ...failureOf(job, failedTask, FAILURES[String(reason)] ?? 'failed.'), detail: error };
  }
  // The end has not been saved.
  const first = failedIn(job)[0];
  return first === undefined
    ? { ...why('A task failed.'), detail: error }
    : { ...failureOf(job, first.input.task, 'failed.'), detail: errorOf(first) };
}

/** Names the task that failed first, and the others. */
function failureOf(job: Job, first: string, end: string): Why {
  const others = failedIn(job)
    .map(({ input }) => input.task)
    .filter((name) => name !== first);
  return others.length === 0
    ? { text: 'Task', tasks: [first], end }
    : { text: 'Tasks', tasks: [first, ...others], end: 'failed.' };
}

const failedIn = (job: Job): Task[] =>
  tasksOf(job)
    .filter((task) => ownState(task) === 'failed' && !task.input.continueOnFailure)
    .sort((one, other) => (one.endedAt ?? 0) - (other.endedAt ?? 0));

const errorOf = ({ events, spans }: Task): unknown =>
  spans.findLast(({ error }) => error !== undefined)?.error ?? causeIn(events, 'condition.failed').error;

const FAILURES: Readonly<Record<string, string>> = {
  timedOut: 'timed out.',
  invalidResult: 'returned an invalid result.',
};
