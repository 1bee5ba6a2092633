/** What a task function is told about the attempt it is. It can be destructured. */
export interface TaskExecution {
  /** The id of the job. */
  readonly job: string;
  /** The name of the task. */
  readonly task: string;
  /** The number of this attempt; the first is 1. */
  readonly attempt: number;
  /**
   * Names what the task does in this job: the same for each attempt, and after a resume. Give it to a service that does a thing once for each
   * key.
   */
  readonly idempotencyKey: string;
  /** Names this attempt likewise: it is the same only where the attempt is made again, because the process died meanwhile. */
  readonly attemptKey: string;
  /**
   * Aborts when this attempt is no longer wanted. Its `reason` is a TaskTimedOutError, JobFailedError, JobCancelledError or
   * JobTimedOutError.
   */
  readonly signal: AbortSignal;
  /** Tells whether the result of this attempt is still wanted; ask it now and then in a long loop. */
  readonly isActive: () => boolean;
}

/**
 * How long to wait before a retry: a number of milliseconds, an exponential backoff, or a function that gets the number of the
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

/** The options of a task that do not take part in type inference. */
export interface TaskOptions {
  /**
   * The longest an attempt may take, in milliseconds: an integer from 1 to 2147483647.
   * @default no limit
   */
  readonly timeout?: number | undefined;
  /**
   * How often a failed or timed-out attempt is retried: an integer from 0. A task makes at most `maxRetries + 1` attempts.
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
   * Lets the job go on when this task has failed. No other task can depend on it.
   * @default false
   */
  readonly continueOnFailure?: boolean | undefined;
}

/**
 * A task of a workflow that is made at run time, as a plain object.
 * @example
 * const tasks: TaskDefinition[] = [
 *   { name: 'fetch', run: async () => ({ page: 'hello' }) },
 *   { name: 'count', dependencies: ['fetch'], run: ({ page }) => ({ length: page.length }) },
 * ];
 */
export interface TaskDefinition extends TaskOptions {
  /** The name of the task: unique in its workflow, at least one character. */
  readonly name: string;
  /** Does the work of the task. It returns a plain object, which is merged into the context, or nothing. */
  // biome-ignore lint/suspicious/noExplicitAny: what is in the context of such a workflow is known at run time only
  readonly run: (context: any, execution: TaskExecution) => unknown;
  /** The names of the tasks that must have completed before this one runs. */
  readonly dependencies?: readonly string[] | ReadonlySet<string> | undefined;
}
