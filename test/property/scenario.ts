/** What one call of a task function does. */
export interface AttemptPlan {
  readonly does: 'object' | 'nothing' | 'throws' | 'throwsTypeError' | 'garbage' | 'never' | 'untilAborted';
  /** When it ends: before the function returns, or after so many milliseconds; 0 is a microtask. */
  readonly after: 'sync' | number;
}

export type BackoffPlan =
  | number
  | { readonly initial: number; readonly factor: number; readonly max: number }
  | { readonly perAttempt: number }
  | 'throws'
  | 'invalid';

/** `every` is the option `true`, the others are functions. */
export type RetryIfPlan = 'every' | 'always' | 'never' | 'timeouts' | 'exceptions';

export interface TaskPlan {
  /** `t` and a number. */
  readonly name: string;
  readonly dependencies: readonly string[];
  /** What each attempt does; those after the last return an object. */
  readonly attempts: readonly AttemptPlan[];
  readonly timeout: number | undefined;
  readonly maxRetries: number | undefined;
  readonly backoff: BackoffPlan | undefined;
  readonly retryIf: RetryIfPlan | 'throws' | undefined;
  readonly continueOnFailure: boolean;
}

export interface CancelPlan {
  /** Right after `run`, in the listener of an event, in a call of a task function, or at a time. */
  readonly when: 'beforeStart' | { readonly event: number } | { readonly call: number } | { readonly time: number };
  readonly by: 'cancel' | 'signal' | 'stop';
}

/** Everything that decides how a job goes, as data. */
export interface Scenario {
  /** In the order of definition. */
  readonly tasks: readonly TaskPlan[];
  readonly maxConcurrency: number | undefined;
  readonly maxRetries: number | undefined;
  readonly backoff: Exclude<BackoffPlan, string> | undefined;
  readonly retryIf: RetryIfPlan | undefined;
  readonly timeout: number | undefined;
  readonly cancel: CancelPlan | undefined;
  /** Whether there is a listener that throws at every event. */
  readonly faultyListener: boolean;
  /**
   * In the listener of an event, or when a retry policy is asked, the clock goes on to the next deadline: so timers go off
   * while the job is busy.
   */
  readonly hurry: { readonly event: number } | { readonly ask: number } | undefined;
}

/** What `Math.random` returns, so that the jitter of the default backoff is the same each time. */
export const RANDOM = 0.5;

/** Not an object, so that losing it is told apart from an equal one. */
export const CANCEL_REASON = Symbol('cancelled by the scenario');

export const INITIAL_CONTEXT = { initial: true, shared0: 'initial' };

const AFTERWARDS: AttemptPlan = { does: 'object', after: 0 };

export function attemptPlan({ attempts }: TaskPlan, attempt: number): AttemptPlan {
  return attempts[attempt - 1] ?? AFTERWARDS;
}

export const idOf = ({ task, attempt }: { readonly task: string; readonly attempt: number }): string => `${task}#${attempt}`;

/** What an attempt returns: a key of its task, one of its own, and one that it shares with other tasks. */
export function outputOf(task: string, attempt: number): Record<string, unknown> {
  const id = idOf({ task, attempt });
  return { [task]: attempt, [id]: true, [`shared${Number(task.slice(1)) % 3}`]: id };
}

const GARBAGE = [null, 7, 'text', [], new Date(0), () => ({}), new (class Odd {})()];

export const garbageOf = (task: string, attempt: number): unknown =>
  GARBAGE[(Number(task.slice(1)) + attempt) % GARBAGE.length];
