import { topState } from './actor.ts';
import { attemptsOf } from './attempts.ts';
import { type Job, ownState, type Task, tasksOf } from './job.ts';
import { type Why, why, whyOf } from './why-sentence.ts';

/** Explains what the undo of a task does, or how it ended. */
export function whyUndoing(undo: Task, placeInQueue: () => number): Why {
  const { attempt, delay } = undo.context;
  const times = `${attempt} attempt${attempt === 1 ? '' : 's'}`;
  const hasTimedOut = attemptsOf(undo.spans).at(-1)?.outcome === 'timedOut';
  switch (ownState(undo)) {
    case 'ready':
      return why(`About to be undone. Waiting for a free slot, number ${placeInQueue()} in the queue.`);
    case 'running':
      return why(`Being undone, attempt ${attempt} of up to ${undo.input.maxRetries + 1}.`);
    case 'backingOff':
      return why(
        `Being undone. Attempt ${attempt} ${hasTimedOut ? 'timed out' : 'failed'}. Waiting ${delay} ms before the next one.`,
      );
    case 'completed':
      return why(`Undone on attempt ${attempt}.`);
    case 'failed':
      return why(`Its undo failed after ${times}${hasTimedOut ? ' (timed out)' : ''}.`);
    default:
      return why('Its undo continues in another process.');
  }
}

/** Explains why a task that can be undone isn't, although its job undoes tasks. */
export function whyNotUndone(job: Job, task: Task): Why | undefined {
  const { undo } = task;
  const blocker = undo !== undefined && ownState(undo) === 'skipped' ? undo.context.blockedBy?.task : undefined;
  if (blocker !== undefined) {
    return { text: 'Not undone: the undo of', tasks: [blocker], end: 'failed.' };
  }
  const isDue = undo === undefined ? ownState(task) === 'completed' : ownState(undo) === 'unscheduled';
  if (topState(job.value) !== 'undoing' || task.input.shown?.undo !== true || !isDue) {
    return undefined;
  }
  return whyOf('To be undone after', undonesBefore(job, task), 'To be undone when its function has returned.');
}

/** The tasks that are undone right before another one. */
function undonesBefore(job: Job, { input: { task: name } }: Task): string[] {
  const tasks = tasksOf(job);
  const seen = new Set([name]);
  const before: string[] = [];
  // A set can grow while it is iterated.
  for (const one of seen) {
    for (const dependent of tasks.filter(({ input }) => input.dependencies.includes(one))) {
      const { task, shown } = dependent.input;
      const hasEffect = dependent.undo !== undefined || ownState(dependent) === 'completed';
      if (shown?.undo !== true || !hasEffect) {
        seen.add(task);
      } else if (!seen.has(task) && !isOver(dependent.undo)) {
        before.push(task);
      }
    }
  }
  return [...new Set(before)];
}

const isOver = (undo: Task | undefined): boolean =>
  undo !== undefined && ['completed', 'failed', 'skipped', 'cancelled'].includes(ownState(undo));
