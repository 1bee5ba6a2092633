import type { NoKeys } from './types/loose-context.ts';

/** The second argument of a task function: the attempt that called it. It can be destructured. */
export interface TaskExecution<Outcomes = NoKeys> {
  /** The id of the job. */
  readonly job: string;
  /** The name of the task. */
  readonly task: string;
  /** The number of this attempt; the first is 1. */
  readonly attempt: number;
  /** Identifies the work of this task in this job: the same for each attempt, and after a resume. Pass it to services that deduplicate by key. */
  readonly idempotencyKey: string;
  /** Identifies this attempt. It repeats only if the process died and the same attempt runs again. */
  readonly attemptKey: string;
  /**
   * Aborts when the result of this attempt is no longer needed. Its `reason` is a TaskTimedOutError, JobFailedError, JobCancelledError or
   * JobTimedOutError.
   */
  readonly signal: AbortSignal;
  /** Returns whether the result of this attempt is still needed. Check it now and then in a long loop. */
  readonly isActive: () => boolean;
  /** The outcomes of the dependencies that the task names in `settled` or `anyOf`. */
  readonly outcomes: Outcomes;
}

/**
 * How long to wait before a retry: a number of milliseconds, an exponential backoff, or a function that receives the number of the
 * attempt that failed (the first is 1) and its error, and returns milliseconds, which are rounded.
 */
export type Backoff = number | ExponentialBackoff | ((attempt: number, error: unknown) => number);

/** Whether to retry: `true` retries every error, a function decides for each error. */
export type RetryIf = true | ((error: unknown) => boolean);

/** The delay after attempt n is `initial * factor ** (n - 1)`, at most `max`. */
export interface ExponentialBackoff {
  /** The delay after the first attempt, in milliseconds. */
  readonly initial: number;
  /**
   * Multiplies the delay after each further attempt; at least 1.
   * @default 2
   */
  readonly factor?: number | undefined;
  /**
   * The longest delay, in milliseconds.
   * @default 2147483647
   */
  readonly max?: number | undefined;
  /**
   * Replaces each delay with a random one between 0 and that delay ("full jitter").
   * @default false
   */
  readonly jitter?: boolean | undefined;
}

/** The options of a task that play no part in type inference. */
export interface TaskOptions {
  /**
   * The time limit of each attempt, in milliseconds: an integer from 1 to 2147483647.
   * @default no limit
   */
  readonly timeout?: number | undefined;
  /**
   * How many times a failed or timed-out attempt is retried: an integer of at least 0, or Infinity. A task makes at most `maxRetries + 1`
   * attempts.
   * @default the job's `maxRetries`, which defaults to 5
   */
  readonly maxRetries?: number | undefined;
  /**
   * The delay before a retry, in milliseconds: integers from 0 to 2147483647. A task that backs off holds no slot.
   * @default the job's `backoff`, which defaults to `{ initial: 100, factor: 2, max: 10_000, jitter: true }`
   */
  readonly backoff?: Backoff | undefined;
  /**
   * Decides whether an attempt that failed with `error` is retried, while retries are left; `true` retries every error.
   * @default the job's `retryIf`, which defaults to `defaultRetryIf`
   */
  readonly retryIf?: RetryIf | undefined;
  /**
   * Lets the job continue if this task fails. Tasks that require it to complete are skipped.
   * @default false
   */
  readonly continueOnFailure?: boolean | undefined;
  /**
   * Runs the task after everything else has settled and been undone, however the job ends. It can only depend on other finally tasks.
   * @default false
   */
  readonly finally?: boolean | undefined;
}

/** The options of an `undo`. */
export interface UndoOptions {
  /**
   * The time limit of each attempt, in milliseconds: an integer from 1 to 2147483647.
   * @default 60000
   */
  readonly timeout?: number | undefined;
  /**
   * How many times a failed or timed-out attempt is retried: an integer of at least 0, or Infinity.
   * @default the job's `maxRetries`
   */
  readonly maxRetries?: number | undefined;
  /**
   * The delay before a retry, in milliseconds.
   * @default the job's `backoff`
   */
  readonly backoff?: Backoff | undefined;
  /**
   * Decides whether a failed attempt is retried.
   * @default the job's `retryIf`
   */
  readonly retryIf?: RetryIf | undefined;
}

/** How the task to undo ended. Its function may have had an effect even if it did not complete. */
export type UndoneOutcome<Output = object | undefined> =
  | { readonly state: 'completed'; readonly output: Output }
  | { readonly state: 'failed'; readonly error: unknown }
  | { readonly state: 'cancelled' };

/** The second argument of an `undo`. */
export interface UndoExecution<Output = object | undefined>
  extends Pick<TaskExecution, 'job' | 'task' | 'attempt' | 'idempotencyKey' | 'attemptKey' | 'signal' | 'isActive'> {
  /** How the task ended. */
  readonly outcome: UndoneOutcome<Output>;
  /** The `idempotencyKey` of the task's own attempts. */
  readonly forwardKey: string;
}

/** How the job is about to end, for its finally tasks. */
export interface JobEnding {
  readonly state: 'completed' | 'failed' | 'cancelled' | 'timedOut';
  /** The first failure, if a task failed without `continueOnFailure`. */
  readonly failure?: { readonly task: string; readonly error: unknown };
}

/** A dependency: a task that must complete, a task that must settle, or several tasks, at least one of which must complete. */
export type Dependency<Name extends string = string> = Name | { readonly settled: Name } | { readonly anyOf: readonly Name[] };

/**
 * Decides whether a task runs, once its dependencies allow it: a function of its context, or an object that maps dependencies to keys of their
 * outputs, and each key to a value or a list of values. All keys must match (`Object.is`); an absent key matches only `undefined`.
 */
export type Condition =
  // biome-ignore lint/suspicious/noExplicitAny: the context of such a task is known only at run time
  ((context: any) => boolean) | { readonly [task: string]: { readonly [key: string]: unknown } | undefined };

/** How a dependency ended that the task names in `settled` or `anyOf`. */
export type DependencyOutcome =
  | { readonly state: 'completed' | 'skipped'; readonly error?: undefined }
  | { readonly state: 'failed'; readonly error: unknown };

/** Reverses what a task did. It receives the context that the task had. */
export type UndoFunction<Context, Output = object | undefined> = (
  context: Context,
  execution: UndoExecution<Output>,
) => unknown;

/** How dependencies ended, by name. */
export type Outcomes = Readonly<Record<string, DependencyOutcome>>;

/**
 * A task as a plain object, for arrays of tasks made at run time.
 * @example
 * const tasks: TaskDefinition[] = [
 *   { name: 'fetch', run: async () => ({ page: 'hello' }) },
 *   { name: 'count', dependencies: ['fetch'], run: ({ page }) => ({ length: page.length }) },
 * ];
 */
export interface TaskDefinition extends TaskOptions {
  /** The name of the task: unique in its workflow, at least one character. */
  readonly name: string;
  /** Does the work. It returns a plain object, which is merged into the context, or nothing, or a promise of either. */
  // biome-ignore lint/suspicious/noExplicitAny: the context of such a task is known only at run time
  readonly run: (context: any, execution: TaskExecution<Outcomes> & { readonly ending?: JobEnding }) => unknown;
  /** What must complete or settle before this task runs, as an array or a Set. Name each task in only one entry. */
  readonly dependencies?: readonly Dependency[] | ReadonlySet<Dependency> | undefined;
  /**
   * Decides whether the task runs, once its dependencies allow it. If not, it is skipped.
   * @default it runs
   */
  readonly when?: Condition | undefined;
  /** Reverses what the task did if the job doesn't complete: a function, or an object with a function `run` and options. */
  // biome-ignore lint/suspicious/noExplicitAny: the context of such a task is known only at run time
  readonly undo?: UndoFunction<any> | ({ readonly run: UndoFunction<any> } & UndoOptions) | undefined;
}
