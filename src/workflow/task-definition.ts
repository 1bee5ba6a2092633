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
  /** How the dependencies ended that the task names in `settled` or `anyOf`. */
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
   * Lets the job continue if this task fails. Tasks that require it to complete are skipped then.
   * @default false
   */
  readonly continueOnFailure?: boolean | undefined;
}

/** What a task depends on: a task that must complete, one that must settle, or several of which at least one must complete. */
export type Dependency<Name extends string = string> = Name | { readonly settled: Name } | { readonly anyOf: readonly Name[] };

/**
 * Whether a task runs, once its dependencies let it: a function of its context, or for each dependency the keys of its output and the value of
 * each, or a list of values. All keys must match, by `Object.is`; an absent key matches only `undefined`.
 */
export type Condition =
  // biome-ignore lint/suspicious/noExplicitAny: the context of such a task is known only at run time
  ((context: any) => boolean) | { readonly [task: string]: { readonly [key: string]: unknown } | undefined };

/** How a dependency ended that need not complete. */
export type DependencyOutcome =
  | { readonly state: 'completed' | 'skipped'; readonly error?: undefined }
  | { readonly state: 'failed'; readonly error: unknown };

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
  readonly run: (context: any, execution: TaskExecution<Outcomes>) => unknown;
  /** What must complete or settle before this task runs, as an array or a Set. A task may occur in only one of them. */
  readonly dependencies?: readonly Dependency[] | ReadonlySet<Dependency> | undefined;
  /**
   * Decides whether the task runs, once its dependencies let it; otherwise it is skipped.
   * @default it runs
   */
  readonly when?: Condition | undefined;
}
