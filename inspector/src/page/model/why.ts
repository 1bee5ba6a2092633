import { attemptsOf } from './attempts.ts';
import { type Job, stateOfJob, stateOfTask, type Task } from './job.ts';

/** Why something is in its state: a sentence that may name tasks, `text` before them and `end` after them. */
export interface Why {
  readonly text: string;
  readonly tasks: readonly string[];
  readonly end?: string;
}

const why = (text: string, tasks: readonly string[] = []): Why => ({ text, tasks });

/** Names tasks, or falls back to another sentence if there are none. */
const whyOf = (text: string, tasks: readonly string[], otherwise: string): Why =>
  tasks.length === 0 ? why(otherwise) : why(text, tasks);

/** Explains why a task is in its state. */
export function whyTask(job: Job, task: Task): Why {
  const attempts = attemptsOf(task.spans).length;
  switch (stateOfTask(task)) {
    case 'unscheduled':
      return task.input.dependencies.length === 0
        ? why('Waiting for the job to start.')
        : whyOf('Waiting for', missingDependencies(job, task), 'About to become ready.');
    case 'ready':
      return why(`Waiting for a free slot, number ${placeInQueue(job, task)} in the queue.`);
    case 'running':
      return why(`Running attempt ${task.context.attempt} of up to ${task.input.maxRetries + 1}.`);
    case 'backingOff':
      return why(
        `Attempt ${task.context.attempt} ${hasTimedOut(task) ? 'timed out' : 'failed'}. Waiting ${task.context.delay} ms before the next one.`,
      );
    case 'completed':
      return why(`Completed on attempt ${task.context.attempt}.`);
    case 'failed':
      return why(`Failed after ${attempts} attempt${attempts === 1 ? '' : 's'}${hasTimedOut(task) ? ' (timed out)' : ''}.`);
    case 'cancelled':
      return stopped('Cancelled', job, task);
    case 'skipped':
      return stopped('Skipped', job, task);
  }
}

function missingDependencies(job: Job, { input }: Task): string[] {
  const completed = new Set(job.children.filter((one) => stateOfTask(one) === 'completed').map((one) => one.input.task));
  return input.dependencies.filter((name) => !completed.has(name));
}

/** Slots are granted first in, first out. */
function placeInQueue(job: Job, task: Task): number {
  const requests = job.events.filter(({ name }) => name === 'slot.requested').map(({ origin }) => origin);
  const requestedAt = (one: Task) => requests.lastIndexOf(one.sessionId);
  const isBefore = (one: Task) => stateOfTask(one) === 'ready' && requestedAt(one) < requestedAt(task);
  return job.children.filter(isBefore).length + 1;
}

const hasTimedOut = ({ spans }: Task): boolean => attemptsOf(spans).at(-1)?.outcome === 'timedOut';

const ENDS: Readonly<Record<string, string>> = {
  jobFailed: 'another task failed',
  jobCancelled: 'the job was cancelled',
  jobTimedOut: 'the job timed out',
  jobDetached: 'the job left this process',
};

/** Why a task ended together with its job, such as `Skipped: build failed.` */
function stopped(how: string, job: Job, { events }: Task): Why {
  const { reason } = causeIn(events, 'task.cancel');
  const { failedTask } = causeIn(job.events, 'end.saved');
  return reason === 'jobFailed' && failedTask !== undefined
    ? { text: `${how}:`, tasks: [failedTask], end: 'failed.' }
    : why(`${how}: ${ENDS[String(reason)] ?? 'the job ended'}.`);
}

interface Cause {
  readonly failedTask?: string;
  readonly reason?: unknown;
  readonly error?: unknown;
}

/** The data of the last event with a name. */
const causeIn = (events: Job['events'], event: string): Cause =>
  (events.findLast(({ name }) => name === event)?.data ?? {}) as Cause;

/** Explains why a job did not complete, or is not going to; `detail` is the error or the reason of a cancellation. */
export function endOfJob(job: Job): Why & { readonly detail: unknown } {
  const { failedTask, reason, error } = causeIn(job.events, 'end.saved');
  switch (stateOfJob(job)) {
    case 'failing':
    case 'failed':
      return failedTask === undefined
        ? { ...why('A task failed.'), detail: error }
        : { text: 'Task', tasks: [failedTask], end: FAILURES[String(reason)] ?? 'failed.', detail: error };
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

const FAILURES: Readonly<Record<string, string>> = {
  timedOut: 'timed out.',
  invalidResult: 'returned an invalid result.',
};
