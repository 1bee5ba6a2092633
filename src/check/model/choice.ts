import type { LastPhase } from '../../machines/last-phases.ts';
import type { ResumeLimits } from '../resume-limits.ts';
import type { ShownOutput } from './model-outputs.ts';

/** How an attempt may end: `garbage` is an invalid result; `never` is not an event: the attempt keeps running. */
export const OUTCOMES = ['returns', 'throws', 'garbage', 'never'] as const;
/** How an attempt may end. */
export type Outcome = (typeof OUTCOMES)[number];

/** What the retry policy of a task decides about a failed attempt: retry at once, retry after a backoff, or give up. */
export type Policy = 'retry' | 'backOff' | 'giveUp';

/** The decision of a condition: the task runs, is skipped, or fails because its `when` throws. */
export const DECISIONS = ['holds', 'skips', 'throws'] as const;
/** The decision of a condition: the task runs, is skipped, or fails because its `when` throws. */
export type Decision = (typeof DECISIONS)[number];

/** A decision about the condition of a task. */
export interface MadeDecision {
  readonly task: string;
  readonly decision: Decision;
}

/** How a job will end, saved when it enters another phase. */
export interface MadeEnding {
  readonly phase: LastPhase;
  readonly ending: string;
}

/** Whether a decision is about a condition. */
export const isAboutTask = (decision: MadeDecision | MadeEnding): decision is MadeDecision => 'task' in decision;

interface Interruptible {
  /**
   * The job is cancelled during this step, inside the nth listener or function that the step calls, counted from 1: event
   * listeners, task functions and abort listeners.
   */
  readonly cancelAt?: number;
  /** The decisions about conditions and endings that follow, in order; those of functions are part of the choice. */
  readonly decisions?: readonly (MadeDecision | MadeEnding)[];
}

/** A choice that stops the job, or its process. */
export interface Stopping extends Interruptible {
  /**
   * How an attempt has ended whose outcome is being saved at that moment: its function is done, or it has timed out. The outcome lands
   * right after; if the process dies, right before. With `decided`, what happened just before.
   */
  readonly inFlight?: OutcomeChoice | StartChoice | CancelChoice;
  /**
   * How many of the decisions are saved that follow from what happened just before: from `inFlight`, or, if the process dies, from
   * `recorded`. The next one is being saved.
   */
  readonly decided?: number;
  /** The store is lost before anything else is saved: the outcome in flight, or the end of the job. So the job leaves its process. */
  readonly isLost?: true;
}

/** How an attempt ends, which is saved. */
export type OutcomeChoice = AttemptChoice | TimerChoice;

/** The job starts, in the microtask after `run`. */
export interface StartChoice extends Interruptible {
  readonly kind: 'start';
}

/** `cancel()` is called. */
export interface CancelChoice extends Stopping {
  readonly kind: 'cancel';
}

/** The function of a task returns an object, throws, or returns an invalid result. */
export interface AttemptChoice extends Stopping {
  readonly kind: 'attempt';
  readonly task: string;
  /** Set for an attempt to undo the task. */
  readonly isUndo?: true;
  readonly outcome: Exclude<Outcome, 'never'>;
  /** What it returns, if conditions mention its output. */
  readonly output?: ShownOutput;
  /** What the retry policy decides, if it is consulted. */
  readonly policy?: Policy;
}

/** A timer of the job or of a task fires. */
export interface TimerChoice extends Stopping {
  readonly kind: 'timer';
  /** Absent for a timer of the job. */
  readonly task?: string;
  /** Set for a timer of the undo of the task. */
  readonly isUndo?: true;
  /** The name of the delay: `attemptTimeout`, `backoff` or `jobTimeout`; `functionTimeout` if an undo waits for a function no longer. */
  readonly timer: string;
  /** What the retry policy decides, if it is consulted. */
  readonly policy?: Policy;
}

/** A crash: the process of the job dies and another one resumes the saved job, or the worker running an attempt dies. */
export interface CrashChoice extends Stopping {
  readonly kind: 'crash';
  /** The task whose worker dies; its attempt runs again under the same number. Absent if the process of the job dies. */
  readonly task?: string;
  /** Set if the worker is undoing the task. */
  readonly isUndo?: true;
  /** What was just saved when the process died, before anyone was notified. */
  readonly recorded?: OutcomeChoice | CancelChoice | StartChoice;
  /** The limits passed to `resume`. Absent if the job keeps those it was started with. */
  readonly limits?: ResumeLimits;
}

/** A saved job leaves its process: it is suspended, or its store is lost. */
export interface DetachChoice extends Stopping {
  readonly kind: 'detach';
}

/** A result arrives for an attempt that is over: a second one, or a late one. */
export interface DuplicateChoice extends Interruptible {
  readonly kind: 'duplicate';
  readonly task: string;
  /** Set for an attempt to undo the task. */
  readonly isUndo?: true;
  readonly attempt: number;
  readonly outcome: 'returns' | 'throws';
}

/** A function returns after its attempt timed out or its job ended. The undo of the task waits for that. */
export interface ReturnChoice extends Stopping {
  readonly kind: 'return';
  readonly task: string;
}

/** What happens next to a job at rest. */
export type Choice =
  | StartChoice
  | CancelChoice
  | AttemptChoice
  | TimerChoice
  | CrashChoice
  | DetachChoice
  | DuplicateChoice
  | ReturnChoice;

/** Whether a choice is an outside fault: it can occur any number of times and doesn't advance the job. */
export const isFault = ({ kind }: Choice): boolean => kind === 'crash' || kind === 'duplicate';

/** What the retry policy decides during this choice. */
export function policyIn(choice: Choice): Policy | undefined {
  const asked = choice.kind === 'crash' ? choice.recorded : choice;
  return asked !== undefined && 'policy' in asked ? asked.policy : undefined;
}

const OUTCOME_PHRASES = { returns: 'returns', throws: 'throws', garbage: 'returns an invalid result' };
const DECISION_PHRASES = { holds: 'holds', skips: 'does not hold', throws: 'throws' };
const POLICY_PHRASES = { retry: 'is retried at once', backOff: 'is retried after a backoff', giveUp: 'is not retried' };

/** A choice as a clause of a sentence. */
export function describeChoice(choice: Choice, interruptedIn = `call ${choice.cancelAt}`): string {
  const clause = [clauseOf(choice) + savingIn(choice), ...(choice.decisions ?? []).map(decisionClause)].join(', and ');
  return choice.cancelAt === undefined ? clause : `${clause}, and the job is cancelled in ${interruptedIn}`;
}

function clauseOf(choice: Choice): string {
  switch (choice.kind) {
    case 'start':
      return 'the job starts';
    case 'cancel':
      return 'the job is cancelled';
    case 'attempt':
      return `${nameOf(choice)} ${OUTCOME_PHRASES[choice.outcome]}${outputOf(choice)}${policyOf(choice)}`;
    case 'timer':
      return `${timerClause(choice)}${policyOf(choice)}`;
    case 'crash':
      return crashClause(choice);
    case 'detach':
      return 'the job leaves its process';
    case 'duplicate':
      return `attempt ${choice.attempt} of ${nameOf(choice)} ${OUTCOME_PHRASES[choice.outcome]} after it has ended`;
    case 'return':
      return `the aborted function of ${choice.task} returns`;
  }
}

const nameOf = ({ task, isUndo }: { readonly task?: string; readonly isUndo?: true }): string =>
  isUndo === true ? `the undo of ${task}` : `${task}`;

const decisionClause = (made: MadeDecision | MadeEnding): string =>
  isAboutTask(made)
    ? `the condition of ${made.task} ${DECISION_PHRASES[made.decision]}`
    : `the job is ${made.phase} before it ends as ${made.ending}`;

/** What was being saved meanwhile. */
function savingIn(choice: Choice): string {
  const { kind, inFlight, decided, isLost }: { kind: string } & Omit<Stopping, 'cancelAt'> = choice;
  const isSaving = inFlight !== undefined && kind !== 'crash';
  const saving = isSaving ? ` while the store is saving that ${inFlightClause(inFlight, decided)}` : '';
  return isLost ? `${saving}, and the store is lost` : saving;
}

function inFlightClause(inFlight: NonNullable<Stopping['inFlight']>, decided: number | undefined): string {
  const decision = decided === undefined ? undefined : inFlight.decisions?.[decided];
  return decision === undefined ? clauseOf(inFlight) : `${decisionClause(decision)}, after ${clauseOf(inFlight)}`;
}

function crashClause({ task, isUndo, recorded, inFlight, decided = 0, limits = {} }: CrashChoice): string {
  if (task !== undefined) {
    return `the worker running ${nameOf({ task, ...(isUndo && { isUndo }) })} dies, and the attempt runs again`;
  }
  const decisions = recorded?.decisions?.slice(0, decided).map(decisionClause) ?? [];
  const outcomes = [recorded, inFlight].map((one) => one && clauseOf(one));
  const saved = [outcomes[0], ...decisions, outcomes[1]]
    .filter((clause) => clause !== undefined)
    .map((clause) => `that ${clause}`);
  const moment = saved.length === 0 ? '' : ` right after saving ${saved.join(' and ')}`;
  const changed = Object.entries(limits).map(([name, limit]) => `${name} ${limit}`);
  return `the process dies${moment}, and the job is resumed${changed.length === 0 ? '' : ` with ${changed.join(' and ')}`}`;
}

function timerClause({ task: own, isUndo, timer }: TimerChoice): string {
  const task = own && nameOf({ task: own, ...(isUndo && { isUndo }) });
  if (task === undefined) {
    return timer === 'jobTimeout' ? 'the job times out' : `the ${timer} timer of the job fires`;
  }
  switch (timer) {
    case 'attemptTimeout':
      return `${task} times out`;
    case 'backoff':
      return `the backoff of ${task} ends`;
    case 'functionTimeout':
      return `${task} stops waiting for the aborted function`;
    default:
      return `the ${timer} timer of ${task} fires`;
  }
}

const policyOf = ({ policy }: AttemptChoice | TimerChoice): string =>
  policy === undefined ? '' : ` and ${POLICY_PHRASES[policy]}`;

const outputOf = ({ output }: AttemptChoice): string =>
  output === undefined ? '' : ` ${JSON.stringify(output).replaceAll('"', "'")}`;
