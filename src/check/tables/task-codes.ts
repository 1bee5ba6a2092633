import type { AnyEventObject } from 'xstate';
import type { StopReason } from '../../machines/events.ts';
import { messageOf } from '../model/attempt-message.ts';
import type { AttemptChoice, DuplicateChoice, Outcome, Policy, TimerChoice } from '../model/choice.ts';
import type { TaskAtRest } from '../model/model-task.ts';
import { duplicatesOf, endingsOf, idleAttempts, policiesOf, timersOfTask } from '../model/possible-choices.ts';
import type { OutcomeOnRecord } from '../model/task-record.ts';
import { Suspicion } from './suspicion.ts';

// What can happen to a task, as numbers. What a number means depends on the state of the task: `RETURNS` ends the attempt that runs.

export const DEPENDENCY_COMPLETED = 0;
export const SLOT_GRANTED = 1;
/** Plus the number of the reason. */
export const TASK_CANCEL = 2;
const RETURNS = 6;
const RETURNS_GARBAGE = 7;
/** Plus the number of the policy. */
const THROWS = 8;
/** Plus the number of the policy. The timer has gone off before. */
export const EXPIRED = 12;
/** Plus the position of the timer times `POLICIES`, plus the number of the policy. */
const TIMER = 16;
/** Plus the position of an attempt that is over times two, plus one if it throws. */
const DUPLICATE = 32;
/** All of them are smaller. */
export const CODES = 40;

/** Policies have numbers from 1; 0 is the only possible one. */
const POLICIES: readonly (Policy | undefined)[] = [undefined, 'retry', 'backOff', 'giveUp'];
const MAX_TIMERS = 4;

export const STOP_REASONS: readonly StopReason[] = ['jobFailed', 'jobCancelled', 'jobTimedOut', 'jobDetached'];

export const isEnding = (code: number): boolean => code >= RETURNS && code < TIMER;
export const isTimer = (code: number): boolean => code >= TIMER && code < DUPLICATE;
export const isDuplicate = (code: number): boolean => code >= DUPLICATE;
export const timerIn = (code: number): number => Math.floor((code - TIMER) / POLICIES.length);
export const policyIn = (code: number): number => (code - TIMER) % POLICIES.length;

type TaskChoice = AttemptChoice | TimerChoice | DuplicateChoice;

/** What can happen to a task at rest from outside, each with its code. */
export function choicesOf(task: TaskAtRest, outcomes: readonly Outcome[]): readonly (readonly [code: number, TaskChoice])[] {
  return [...endingsOf(task, outcomes), ...timersOfTask(task), ...duplicatesOf(task)].map((choice) => [
    codeOf(task, choice),
    choice,
  ]);
}

function codeOf(task: TaskAtRest, choice: TaskChoice): number {
  switch (choice.kind) {
    case 'attempt':
      if (choice.outcome === 'throws') {
        return THROWS + POLICIES.indexOf(choice.policy);
      }
      return choice.outcome === 'returns' ? RETURNS : RETURNS_GARBAGE;
    case 'timer': {
      const place = task.timers.findIndex(({ name }) => name === choice.timer);
      if (place >= MAX_TIMERS) {
        throw new Suspicion(`${place + 1} timers of a task`);
      }
      return TIMER + place * POLICIES.length + POLICIES.indexOf(choice.policy);
    }
    case 'duplicate':
      return DUPLICATE + idleAttempts(task).indexOf(choice.attempt) * 2 + (choice.outcome === 'throws' ? 1 : 0);
  }
}

/** The message that the machine of a task gets. */
export function eventOf(task: TaskAtRest, code: number): AnyEventObject {
  if (isDuplicate(code)) {
    const attempt = idleAttempts(task)[(code - DUPLICATE) >> 1] as number;
    const isFailure = (code - DUPLICATE) % 2 === 1;
    return messageOf(attempt, isFailure ? { reason: 'exception', policy: 'retry' } : 'succeeded');
  }
  if (isTimer(code)) {
    return (task.timers[timerIn(code)] as { event: AnyEventObject }).event;
  }
  if (isEnding(code)) {
    return messageOf(task.attempt, outcomeIn(task, code));
  }
  if (code >= TASK_CANCEL) {
    return { type: 'task.cancel', reason: STOP_REASONS[code - TASK_CANCEL] };
  }
  return code === SLOT_GRANTED
    ? { type: 'slot.granted' }
    : { type: 'dependency.settled', edge: 'completed', group: 0, blocker: null };
}

function outcomeIn(task: TaskAtRest, code: number): OutcomeOnRecord {
  if (code === RETURNS) {
    return 'succeeded';
  }
  if (code === RETURNS_GARBAGE) {
    return { reason: 'invalidResult', policy: 'giveUp' };
  }
  const [reason, number] = code >= EXPIRED ? (['timedOut', code - EXPIRED] as const) : (['exception', code - THROWS] as const);
  const [only = 'giveUp'] = policiesOf(task, reason);
  return { reason, policy: POLICIES[number] ?? only };
}
