import {
  breachesOfAttempt,
  breachesOfEnd,
  breachesOfMessages,
  breachesOfSettled,
  breachesOfTimers,
} from '../laws/task-laws.ts';
import { isSettled } from '../laws/transition-rules.ts';
import type { Outcome } from '../model/choice.ts';
import type { TaskAtRest } from '../model/model-task.ts';
import { choicesOf } from './task-codes.ts';

// What is known about a state of a task, as bits.
export const SETTLED = 1;
export const COMPLETED = 2;
export const RUNNING = 4;
export const READY = 8;
/** Failed, and so the job fails. */
export const FAILS_JOB = 16;
/** Completed, or failed with `continueOnFailure`. */
export const DONE = 32;
/** An attempt is running that is sure to end. */
export const AWAITED = 64;
/** An attempt is running that may run forever. */
export const MAY_REST = 128;
export const TIMED = 256;
/** It can move the job forward. */
export const MOVES = 512;
/** A law is broken unless the job has ended. */
export const BROKEN = 1024;
/** A law is broken if the job has ended. */
export const LEFT_BEHIND = 2048;

/** The facts about a state of a task: what the laws and the search need to know, found once. */
export function factsOf(local: TaskAtRest, outcomes: readonly Outcome[]): number {
  const { state, attempt, timers, spec } = local;
  const { name } = state;
  const isDone = name === 'completed' || (name === 'failed' && spec.continueOnFailure === true);
  const mayRest = attempt > 0 && outcomes.includes('never');
  const isBroken = [breachesOfAttempt, breachesOfSettled, breachesOfTimers, breachesOfMessages].some(
    (breaches) => breaches(local).next().done !== true,
  );
  const bits: [bit: number, isSet: boolean][] = [
    [SETTLED, isSettled(name)],
    [COMPLETED, name === 'completed'],
    [RUNNING, name === 'running'],
    [READY, name === 'ready'],
    [FAILS_JOB, name === 'failed' && !isDone],
    [DONE, isDone],
    [AWAITED, attempt > 0 && !mayRest],
    [MAY_REST, mayRest],
    [TIMED, timers.length > 0],
    [MOVES, choicesOf(local, outcomes).some(([, { kind }]) => kind !== 'duplicate')],
    [BROKEN, isBroken],
    [LEFT_BEHIND, breachesOfEnd(local).next().done !== true],
  ];
  return bits.reduce((facts, [bit, isSet]) => (isSet ? facts | bit : facts), 0);
}
