import type { TaskMessage } from '../../machines/messages.ts';
import type { TaskAtRest } from '../model/model-task.ts';
import { idleAttempts } from '../model/possible-choices.ts';
import type { SteppedActor } from '../model/stepped-actor.ts';
import { type Breach, breach } from './law-names.ts';
import { isSettled } from './transition-rules.ts';

// What holds for each task at rest, whatever the other tasks do.

/** Checks whether the attempt that runs is the one that the machine counts. */
export function* breachesOfAttempt({ id, state, attempt, attempts: counted }: TaskAtRest): Generator<Breach> {
  if (attempt !== (state.name === 'running' ? counted : 0)) {
    const calls = attempt === 0 ? 'no attempt' : `attempt ${attempt}`;
    yield breach('calledWhenAnnounced', `${id} is ${state.name} after ${counted} attempts, but ${calls} is running`);
  }
}

/** Checks a task of a job that has ended. */
export function* breachesOfEnd({ id, timers, attempt, state }: TaskAtRest): Generator<Breach> {
  if (!isSettled(state.name)) {
    yield breach('settledStaysSettled', `the job has ended, but ${id} is ${state.name}`);
  }
  if (attempt > 0) {
    yield breach('settledStaysSettled', `the job has ended, but attempt ${attempt} of ${id} is still running`);
  }
  for (const { name } of timers) {
    yield breach('settledStaysSettled', `the job has ended, but the ${name} timer of ${id} is still pending`);
  }
}

/** Checks whether a settled task of a job that goes on has left a timer. */
export function* breachesOfSettled({ id, state, timers }: TaskAtRest): Generator<Breach> {
  if (isSettled(state.name) && timers.length > 0) {
    yield breach('settledStaysSettled', `${id} is ${state.name}, but its ${timers[0]?.name} timer is still pending`);
  }
}

export function* breachesOfTimers(task: TaskAtRest): Generator<Breach> {
  if (task.attempt > 0 && task.spec.timeout !== undefined && !isPending(task, 'attemptTimeout')) {
    yield breach('timersAreArmed', `attempt ${task.attempt} of ${task.id} is running, but its timeout is not pending`);
  }
  if (task.state.name === 'backingOff' && !isPending(task, 'backoff')) {
    yield breach('timersAreArmed', `${task.id} is backingOff, but its backoff timer is not pending`);
  }
}

export const isPending = ({ timers }: Pick<SteppedActor, 'timers'>, wanted: string): boolean =>
  timers.some(({ name }) => name === wanted);

/** Checks messages that must change nothing. */
export function* breachesOfMessages(task: TaskAtRest): Generator<Breach> {
  yield* lateResults(task);
  yield* messagesToSettled(task);
}

function* lateResults(task: TaskAtRest): Generator<Breach> {
  for (const attempt of idleAttempts(task)) {
    const results: TaskMessage[] = [
      { type: 'attempt.succeeded', attempt, output: undefined },
      { type: 'attempt.failed', attempt, reason: 'exception', error: 'late', retry: true, delay: 0 },
      { type: 'attempt.failed', attempt, reason: 'exception', error: 'late', retry: false, delay: 0 },
    ];
    if (results.some((result) => changes(task, result))) {
      yield breach(
        'lateResultsAreDropped',
        `${task.id} is ${task.state.name}, but a late result of attempt ${attempt} changes it`,
      );
    }
  }
}

function* messagesToSettled(task: TaskAtRest): Generator<Breach> {
  const messages: TaskMessage[] = [
    { type: 'dependency.settled', edge: 'completed', group: 0, blocker: null },
    { type: 'slot.granted' },
    { type: 'task.cancel', reason: 'jobCancelled' },
    { type: 'task.stop', reason: 'jobFailed' },
    { type: 'condition.decided', holds: true },
  ];
  for (const message of isSettled(task.state.name) ? messages : []) {
    if (changes(task, message)) {
      yield breach('settledStaysSettled', `${task.id} is ${task.state.name}, but ${message.type} changes it`);
    }
  }
}

/** Whether a message would make the machine of a task do anything. */
function changes({ machine, state }: TaskAtRest, message: TaskMessage): boolean {
  const { next, actions, deferred } = machine.step(state, message);
  return next !== state || actions.length > 0 || deferred.length > 0;
}
