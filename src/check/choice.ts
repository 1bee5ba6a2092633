/** How an attempt may end. `never` is no event: the attempt just goes on. */
export const OUTCOMES = ['returns', 'throws', 'garbage', 'never'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What the retry policy of a task says to a failed attempt: another one at once, another one after a backoff, or none. */
export type Policy = 'retry' | 'backOff' | 'giveUp';

interface Interruptible {
  /**
   * The job is cancelled while this happens: by the first, second, … of those that are called meanwhile, which are the listeners of
   * events, the functions of tasks, and the listeners of their signals.
   */
  readonly cancelAt?: number;
}

/** The job starts, in the microtask after `run`. */
export interface StartChoice extends Interruptible {
  readonly kind: 'start';
}

/** Somebody calls `cancel()`. */
export interface CancelChoice extends Interruptible {
  readonly kind: 'cancel';
}

/** The function of a task returns an object, throws, or returns what is no valid result. */
export interface AttemptChoice extends Interruptible {
  readonly kind: 'attempt';
  readonly task: string;
  readonly outcome: Exclude<Outcome, 'never'>;
  /** What the retry policy says, where it is asked. */
  readonly policy?: Policy;
}

/** A timer of the job or of a task goes off. */
export interface TimerChoice extends Interruptible {
  readonly kind: 'timer';
  /** Not there when it is the timer of the job. */
  readonly task?: string;
  /** The name of the delay: `attemptTimeout`, `backoff` or `jobTimeout`. */
  readonly timer: string;
  /** What the retry policy says, where it is asked. */
  readonly policy?: Policy;
}

/** Something dies: the process of the job, which another one resumes from what is on record, or the worker of an attempt. */
export interface CrashChoice extends Interruptible {
  readonly kind: 'crash';
  /** The task whose worker dies: its attempt is made again under the same number. Not there when it is the process of the job. */
  readonly task?: string;
  /** What had just gone on record when the process died, and nobody had heard of. */
  readonly recorded?: AttemptChoice | TimerChoice | CancelChoice;
}

/** A result comes of an attempt that is over: a second time, or late. */
export interface DuplicateChoice extends Interruptible {
  readonly kind: 'duplicate';
  readonly task: string;
  readonly attempt: number;
  readonly outcome: 'returns' | 'throws';
}

/** What happens next, when a job is at rest. */
export type Choice = StartChoice | CancelChoice | AttemptChoice | TimerChoice | CrashChoice | DuplicateChoice;

/** Says whether something is a fault of the world around a job, which can come any number of times, and brings the job no further. */
export const isFault = ({ kind }: Choice): boolean => kind === 'crash' || kind === 'duplicate';

/** What the retry policy is to say while this happens. */
export function policyIn(choice: Choice): Policy | undefined {
  const asked = choice.kind === 'crash' ? choice.recorded : choice;
  return asked !== undefined && 'policy' in asked ? asked.policy : undefined;
}

const OUTCOME_PHRASES = { returns: 'returns', throws: 'throws', garbage: 'returns what is no valid result' };
const POLICY_PHRASES = { retry: 'is repeated at once', backOff: 'is to be repeated later', giveUp: 'is not to be repeated' };

/** A choice as a clause of a sentence. */
export function describeChoice(choice: Choice, interruptedIn = `call ${choice.cancelAt}`): string {
  const clause = clauseOf(choice);
  return choice.cancelAt === undefined ? clause : `${clause}, and meanwhile the job is cancelled, in ${interruptedIn}`;
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
    case 'duplicate':
      return `attempt ${choice.attempt} of ${choice.task}, which is over, ${OUTCOME_PHRASES[choice.outcome]}`;
  }
}

function crashClause({ task, recorded }: CrashChoice): string {
  if (task !== undefined) {
    return `the worker of ${task} dies, and its attempt is made again`;
  }
  const last = recorded === undefined ? '' : `${clauseOf(recorded)}, which goes on record, and then `;
  return `${last}the process dies, and the job is resumed`;
}

function timerClause({ task, timer }: TimerChoice): string {
  if (task === undefined) {
    return timer === 'jobTimeout' ? 'the job times out' : `the timer ${timer} of the job goes off`;
  }
  switch (timer) {
    case 'attemptTimeout':
      return `${task} times out`;
    case 'backoff':
      return `the backoff of ${task} ends`;
    default:
      return `the timer ${timer} of ${task} goes off`;
  }
}

const policyOf = ({ policy }: AttemptChoice | TimerChoice): string =>
  policy === undefined ? '' : ` and ${POLICY_PHRASES[policy]}`;
