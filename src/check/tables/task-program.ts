import type { AnyEventObject } from 'xstate';
import type { TaskContext } from '../../machines/task.machine.ts';
import { breachesOfEvents, breachesOfStep, breachesOfTaskStep } from '../laws/machine-laws.ts';
import type { TaskAtRest } from '../model/model-task.ts';
import type { JobTable } from './job-table.ts';
import { type LocalState, type LocalStep, type NamedAction, type Timer, timersAfter } from './local-machine.ts';
import { ABORT, EMIT, EXPIRE, eventsOf, instruction, type Program, SEND, START } from './program.ts';
import { Suspicion } from './suspicion.ts';
import { eventOf, isEnding, isTimer, timerIn } from './task-codes.ts';

/** One step of a task. */
export interface TaskProgram extends Program {
  /** It completes the task. */
  readonly completes: boolean;
  /** Its dependencies must have completed. */
  readonly needsDependencies: boolean;
  /** It takes a slot (1), gives it back (-1), or neither. */
  readonly slots: number;
}

/** What happens to a task in a step, and the state it leads to. */
export interface TaskStep {
  readonly program: Omit<TaskProgram, 'next'>;
  readonly next: LocalState;
  readonly timers: readonly Timer[];
  readonly attempt: number;
  readonly transitions: LocalStep['transitions'];
}

/**
 * Steps the machine of a task.
 * @throws {Suspicion} if the step breaks a law
 */
export function takeTaskStep(task: TaskAtRest, code: number, jobs: JobTable): TaskStep {
  const { state, machine, id } = task;
  if (isEnding(code) && task.attempt === 0) {
    throw new Suspicion('the end of an attempt that is not running');
  }
  const event = eventOf(task, code);
  const step = machine.stepOnce(state, event);
  const { next, transitions } = step;
  for (const { message } of breachesOf(task, event, step)) {
    throw new Suspicion(message);
  }
  if (next.status !== 'active') {
    throw new Suspicion(`the machine of ${id} ends`);
  }
  const { attempt, instructions } = perform(step.actions, isEnding(code) ? 0 : task.attempt, next);
  const events = eventsOf(step);
  const left = isTimer(code) ? task.timers.filter((_, place) => place !== timerIn(code)) : task.timers;
  return {
    program: {
      instructions: [...instructions, ...step.deferred.flatMap((output) => instructionsForOutput(output, events, jobs))],
      events,
      completes: next.name === 'completed' && state.name !== 'completed',
      needsDependencies: next.name === 'ready' || next.name === 'running',
      slots: Number(next.name === 'running') - Number(state.name === 'running'),
    },
    next,
    timers: timersAfter(left, step),
    attempt,
    transitions,
  };
}

function* breachesOf(task: TaskAtRest, event: AnyEventObject, step: LocalStep) {
  yield* breachesOfStep(task.id, event, task.state, step.next);
  yield* breachesOfTaskStep(task, event, task.state, step.next);
  yield* breachesOfEvents('task', task.id, task.state, step);
}

/** An attempt that is aborted is over at once. */
function perform(actions: readonly NamedAction[], running: number, next: LocalState) {
  const instructions: number[] = [];
  let attempt = running;
  for (const action of actions) {
    if (action.type === 'abortAttempt' && attempt > 0) {
      instructions.push(instruction(ABORT, attempt));
      attempt = 0;
    } else {
      instructions.push(...instructionsFor(action, next));
    }
  }
  return { attempt, instructions };
}

function instructionsFor({ type, params }: NamedAction, { snapshot }: LocalState): number[] {
  const { attempt } = (params ?? {}) as { attempt?: number };
  switch (type) {
    case 'startAttempt':
      if (attempt !== (snapshot.context as TaskContext).attempt) {
        throw new Suspicion('an attempt with another number');
      }
      return [instruction(START, attempt)];
    case 'expireAttempt':
      return [instruction(EXPIRE)];
    // Nothing runs that could be aborted, and the model has no outputs.
    case 'abortAttempt':
    case 'mergeOutput':
      return [];
    default:
      throw new Suspicion(`${type} by a task`);
  }
}

function instructionsForOutput(
  output: LocalStep['deferred'][number],
  events: readonly AnyEventObject[],
  jobs: JobTable,
): number[] {
  if (output.kind === 'emit') {
    return [instruction(EMIT, events.indexOf(output.event))];
  }
  if (output.kind !== 'send') {
    return [];
  }
  if (output.to !== jobs.self) {
    throw new Suspicion(`${output.event.type} to no job`);
  }
  return [instruction(SEND, jobs.codeOf(output.event))];
}
