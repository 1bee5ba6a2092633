import type { ResumeLimits } from '../resume-limits.ts';

/** How an attempt may end: `garbage` is an invalid result; `never` is not an event: the attempt keeps running. */
export const OUTCOMES = ['returns', 'throws', 'garbage', 'never'] as const;
/** How an attempt may end. */
export type Outcome = (typeof OUTCOMES)[number];

/** What the retry policy of a task decides about a failed attempt: retry at once, retry after a backoff, or give up. */
export type Policy = 'retry' | 'backOff' | 'giveUp';

interface Interruptible {
  /**
   * The job is cancelled during this step, inside the nth listener or function that the step calls, counted from 1: event
   * listeners, task functions and abort listeners.
   */
  readonly cancelAt?: number;
}

/** A choice that stops the job, or its process. */
interface Stopping extends Interruptible {
  /**
   * How an attempt has ended whose outcome is being saved at that moment: its function is done, or it has timed out. The outcome lands
   * right after; if the process dies, right before.
   */
  readonly inFlight?: AttemptChoice | TimerChoice;
  /** The store is lost before anything else is saved: the outcome in flight, or the end of the job. So the job leaves its process. */
  readonly isLost?: true;
}

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
  readonly outcome: Exclude<Outcome, 'never'>;
  /** What the retry policy decides, if it is consulted. */
  readonly policy?: Policy;
}

/** A timer of the job or of a task fires. */
export interface TimerChoice extends Stopping {
  readonly kind: 'timer';
  /** Absent for a timer of the job. */
  readonly task?: string;
  /** The name of the delay: `attemptTimeout`, `backoff` or `jobTimeout`. */
  readonly timer: string;
  /** What the retry policy decides, if it is consulted. */
  readonly policy?: Policy;
}

/** A crash: the process of the job dies and another one resumes the saved job, or the worker running an attempt dies. */
export interface CrashChoice extends Stopping {
  readonly kind: 'crash';
  /** The task whose worker dies; its attempt runs again under the same number. Absent if the process of the job dies. */
  readonly task?: string;
  /** What was just saved when the process died, before anyone was notified. */
  readonly recorded?: AttemptChoice | TimerChoice | CancelChoice;
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
  readonly attempt: number;
  readonly outcome: 'returns' | 'throws';
}

/** What happens next to a job at rest. */
export type Choice = StartChoice | CancelChoice | AttemptChoice | TimerChoice | CrashChoice | DetachChoice | DuplicateChoice;

/** Whether a choice is an outside fault: it can occur any number of times and doesn't advance the job. */
export const isFault = ({ kind }: Choice): boolean => kind === 'crash' || kind === 'duplicate';

/** What the retry policy decides during this choice. */
export function policyIn(choice: Choice): Policy | undefined {
  const asked = choice.kind === 'crash' ? choice.recorded : choice;
  return asked !== undefined && 'policy' in asked ? asked.policy : undefined;
}

const OUTCOME_PHRASES = { returns: 'returns', throws: 'throws', garbage: 'returns an invalid result' };
const POLICY_PHRASES = { retry: 'is retried at once', backOff: 'is retried after a backoff', giveUp: 'is not retried' };

/** A choice as a clause of a sentence. */
export function describeChoice(choice: Choice, interruptedIn = `call ${choice.cancelAt}`): string {
  const clause = clauseOf(choice) + savingIn(choice);
  return choice.cancelAt === undefined ? clause : `${clause}, and the job is cancelled in ${interruptedIn}`;
}

function clauseOf(choice: Choice): string {
  switch (choice.kind) {
    case 'start':
      return 'the job starts';
    case 'cancel':
      return 'the job is cancelled';
    case 'attempt':
      return `${choice.task} ${OUTCOME_PHRASES[choice.outcome]}${policyOf(choice)}`;
    case 'timer':
      return `${timerClause(choice)}${policyOf(choice)}`;
    case 'crash':
      return crashClause(choice);
    case 'detach':
      return 'the job leaves its process';
    case 'duplicate':
      return `attempt ${choice.attempt} of ${choice.task} ${OUTCOME_PHRASES[choice.outcome]} after it has ended`;
  }
}

/** What was being saved meanwhile. */
function savingIn(choice: Choice): string {
  const { kind, inFlight, isLost }: { kind: string } & Pick<CancelChoice, 'inFlight' | 'isLost'> = choice;
  const saving = inFlight === undefined || kind === 'crash' ? '' : ` while it is being saved that ${clauseOf(inFlight)}`;
  return isLost ? `${saving}, and the store is lost` : saving;
}

function crashClause({ task, recorded, inFlight, limits = {} }: CrashChoice): string {
  if (task !== undefined) {
    return `the worker running ${task} dies, and the attempt runs again`;
  }
  const saved = [recorded, inFlight].filter((one) => one !== undefined).map((one) => `that ${clauseOf(one)}`);
  const moment = saved.length === 0 ? '' : ` right after saving ${saved.join(' and ')}`;
  const changed = Object.entries(limits).map(([name, limit]) => `${name} ${limit}`);
  return `the process dies${moment}, and the job is resumed${changed.length === 0 ? '' : ` with ${changed.join(' and ')}`}`;
}

function timerClause({ task, timer }: TimerChoice): string {
  if (task === undefined) {
    return timer === 'jobTimeout' ? 'the job times out' : `the ${timer} timer of the job fires`;
  }
  switch (timer) {
    case 'attemptTimeout':
      return `${task} times out`;
    case 'backoff':
      return `the backoff of ${task} ends`;
    default:
      return `the ${timer} timer of ${task} fires`;
  }
}

const policyOf = ({ policy }: AttemptChoice | TimerChoice): string =>
  policy === undefined ? '' : ` and ${POLICY_PHRASES[policy]}`;
