import { fullState, topState } from './actor.ts';
import { attemptsOf } from './attempts.ts';
import { causeIn } from './cause.ts';
import { isSettled, type Job, ownState, stateOfTask, type Task, tasksOf } from './job.ts';
import { type Why, why, whyOf } from './why-sentence.ts';
import { whyNotUndone, whyUndoing } from './why-undo.ts';

export type { Why } from './why-sentence.ts';

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
    case 'undone':
    case 'undoFailed':
      return whyUndoing(task.undo as Task, () => placeInQueue(job, task.undo as Task));
  }
}

/** Everything the page shows about the state of a task, in sentences. */
export function whysOf(job: Job, task: Task): Why[] {
  const left = whyNotUndone(job, task);
  return [whyTask(job, task), ...(left === undefined ? [] : [left])];
}

function whyUnscheduled(job: Job, { value, input: { dependencies, shown } }: Task): Why {
  if (shown?.finally === true && topState(job.value) !== 'finishing') {
    return why(
      topState(job.value) === 'undoing' ? 'Waiting until everything is undone.' : 'Waiting for all other tasks to settle.',
    );
  }
  if (/\.(deciding|saving)$/.test(fullState(value))) {
    return why('Deciding whether its condition holds.');
  }
  if (dependencies.length === 0) {
    return why('Waiting for the job to start.');
  }
  const settled = new Set(
    tasksOf(job)
      .filter(isSettled)
      .map((one) => one.input.task),
  );
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
  const found = tasksOf(job).find(({ input }) => input.task === origin);
  return origin === undefined || found === undefined
    ? stopped('Skipped', job, task)
    : { text: 'Skipped:', tasks: [origin], end: ownState(found) === 'failed' ? 'failed.' : 'was skipped.' };
}

/** Slots are granted first in, first out. */
function placeInQueue(job: Job, task: Task): number {
  const requests = job.events.filter(({ name }) => name === 'slot.requested').map(({ origin }) => origin);
  const requestedAt = (one: Task) => requests.lastIndexOf(one.sessionId);
  const isBefore = (one: Task) => ownState(one) === 'ready' && requestedAt(one) < requestedAt(task);
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
  const { reason } = (events.findLast(({ name }) => STOPS.includes(name))?.data ?? {}) as { readonly reason?: unknown };
  const { failedTask } = causeIn(job.events, 'end.saved');
  return reason === 'jobFailed' && failedTask !== undefined
    ? { text: `${how}:`, tasks: [failedTask], end: 'failed.' }
    : why(`${how}: ${ENDS[String(reason)] ?? 'the job ended'}.`);
}
