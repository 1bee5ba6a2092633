import { attemptsOf } from './attempts.ts';
import { type Job, stateOfJob, stateOfTask, type Task } from './job.ts';

/** Why something is as it is: a sentence, and the tasks it speaks of. */
export interface Why {
  readonly text: string;
  readonly tasks: readonly string[];
}

const why = (text: string, tasks: readonly string[] = []): Why => ({ text, tasks });

/** Speaks of tasks, or says something else where there are none. */
const whyOf = (text: string, tasks: readonly string[], otherwise: string): Why =>
  tasks.length === 0 ? why(otherwise) : why(text, tasks);

/** Says why a task is in its state. */
export function whyTask(job: Job, task: Task): Why {
  const attempts = attemptsOf(task.spans).length;
  switch (stateOfTask(task)) {
    case 'unscheduled':
      return task.input.dependencies.length === 0
        ? why('Waits for the job to start.')
        : whyOf('Waits for', missingDependencies(job, task), 'Is about to be ready.');
    case 'ready':
      return why(`Waits for a free slot, as number ${placeInQueue(job, task)} in the queue.`);
    case 'running':
      return why(`Attempt ${task.context.attempt} of at most ${task.input.maxRetries + 1} runs.`);
    case 'backingOff':
      return why(`Waits ${task.context.delay} ms after attempt ${task.context.attempt} ${howItFailed(task)}.`);
    case 'completed':
      return why(`Completed in attempt ${task.context.attempt}.`);
    case 'failed':
      return why(`The last of ${attempts} attempt${attempts === 1 ? '' : 's'} ${howItFailed(task)}.`);
    case 'cancelled':
      return why(`Stopped, since ${whatEnded(task)}.`);
    case 'skipped':
      return whyOf(
        `Never began, since ${whatEnded(task)} before these were completed:`,
        missingDependencies(job, task),
        `Never began, since ${whatEnded(task)}.`,
      );
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

const howItFailed = ({ spans }: Task): string => (attemptsOf(spans).at(-1)?.outcome === 'timedOut' ? 'timed out' : 'failed');

const ENDS: Readonly<Record<string, string>> = {
  jobFailed: 'another task failed, and so the job',
  jobCancelled: 'the job was cancelled',
  jobTimedOut: 'the job took too long',
};

function whatEnded({ events }: Task): string {
  const cancel = events.findLast(({ name }) => name === 'task.cancel')?.data as { reason?: string } | undefined;
  return ENDS[cancel?.reason ?? ''] ?? 'the job ended';
}

interface Cause {
  readonly failedTask?: string;
  readonly reason?: unknown;
  readonly error?: unknown;
}

/** Says why a job did not complete, or is about not to; and with what, such as an error. */
export function endOfJob(job: Job): Why & { readonly detail: unknown } {
  const causeIn = (event: string) => (job.events.findLast(({ name }) => name === event)?.data ?? {}) as Cause;
  const { failedTask, reason, error } = causeIn('tasks.stopped');
  switch (stateOfJob(job)) {
    case 'failing':
    case 'failed':
      return {
        ...whyOf(
          FAILURES[String(reason)] ?? 'This task failed:',
          failedTask === undefined ? [] : [failedTask],
          'A task failed.',
        ),
        detail: error,
      };
    case 'timingOut':
    case 'timedOut':
      return { ...why(`It took longer than ${job.input.timeout} ms.`), detail: undefined };
    case 'cancelling':
    case 'cancelled': {
      const { reason: given } = causeIn('job.cancel');
      return { ...why(given === undefined ? 'No reason was given.' : 'The reason:'), detail: given };
    }
    default:
      return { ...why('Its actor was stopped.'), detail: undefined };
  }
}

const FAILURES: Readonly<Record<string, string>> = {
  timedOut: 'This task timed out:',
  invalidResult: 'This task returned no valid result:',
};
