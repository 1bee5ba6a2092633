import { fullState } from './actor.ts';
import { attemptsOf } from './attempts.ts';
import { isSettled, type Job, stateOfJob, stateOfTask, type Task } from './job.ts';

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
      return whyUnscheduled(job, task);
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
      return attempts === 0
        ? why('Its condition failed.')
        : why(`Failed after ${attempts} attempt${attempts === 1 ? '' : 's'}${hasTimedOut(task) ? ' (timed out)' : ''}.`);
    case 'cancelled':
      return stopped('Cancelled', job, task);
    case 'skipped':
      return whySkipped(job, task);
    case 'undoing':
      return why('Being undone.');
    case 'undone':
      return why('Undone.');
    case 'undoFailed':
      return why('Its undo failed.');
  }
}

function whyUnscheduled(job: Job, { value, input: { dependencies } }: Task): Why {
  if (/\.(deciding|saving)$/.test(fullState(value))) {
    return why('Deciding whether its condition holds.');
  }
  if (dependencies.length === 0) {
    return why('Waiting for the job to start.');
  }
  const settled = new Set(job.children.filter(isSettled).map((one) => one.input.task));
  const missing = dependencies.filter((name) => !settled.has(name));
  return whyOf('Waiting for', missing, 'About to become ready.');
}

function whySkipped(job: Job, task: Task): Why {
  const { events, context } = task;
  if (causeIn(events, 'condition.decided').holds === false) {
    return why('Skipped: its condition does not hold.');
  }
  const wasStopped = events.some(({ name }) => STOPS.includes(name));
  const origin = wasStopped ? undefined : context.blockedBy?.task;
  const found = job.children.find(({ input }) => input.task === origin);
  return origin === undefined || found === undefined
    ? stopped('Skipped', job, task)
    : { text: 'Skipped:', tasks: [origin], end: stateOfTask(found) === 'failed' ? 'failed.' : 'was skipped.' };
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

/** The events that stop a task. */
const STOPS = ['task.cancel', 'task.stop'];

/** Why a task ended together with its job, such as `Skipped: build failed.` */
function stopped(how: string, job: Job, { events }: Task): Why {
  const { reason } = (events.findLast(({ name }) => STOPS.includes(name))?.data ?? {}) as Cause;
  const { failedTask } = causeIn(job.events, 'end.saved');
  return reason === 'jobFailed' && failedTask !== undefined
    ? { text: `${how}:`, tasks: [failedTask], end: 'failed.' }
    : why(`${how}: ${ENDS[String(reason)] ?? 'the job ended'}.`);
}

interface Cause {
  readonly failedTask?: string;
  readonly holds?: boolean;
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
        : { ...failureOf(job, failedTask, FAILURES[String(reason)] ?? 'failed.'), detail: error };
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

/** Names the task that failed first, and the others. */
function failureOf(job: Job, first: string, end: string): Why {
  const failed = job.children.filter((task) => stateOfTask(task) === 'failed' && !task.input.continueOnFailure);
  const others = failed.map(({ input }) => input.task).filter((name) => name !== first);
  return others.length === 0
    ? { text: 'Task', tasks: [first], end }
    : { text: 'Tasks', tasks: [first, ...others], end: 'failed.' };
}

const FAILURES: Readonly<Record<string, string>> = {
  timedOut: 'timed out.',
  invalidResult: 'returned an invalid result.',
};
