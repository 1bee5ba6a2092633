/** What an executor gets to run: one attempt of one task. */
export interface AttemptRequest {
  /** The id of the job. */
  readonly job: string;
  readonly task: string;
  /** The number of the attempt; the first is 1. */
  readonly attempt: number;
  /**
   * Calls the function of the task with the context and its execution, in this process, and gives a promise of what it returns.
   * @throws {InvalidArgumentError} when the attempt is over, and its function is not to be called any more
   */
  readonly run: () => unknown;
  /** The values the tasks of the job share; read-only, and always the current ones. */
  readonly context: object;
  /**
   * Aborts when the attempt is no longer wanted. It has aborted already where a job is over whose last process died while the attempt ran:
   * then it can only be ended.
   */
  readonly signal: AbortSignal;
}

/**
 * Runs an attempt, in this process or elsewhere, and gives what the task returned. A rejection and a synchronous throw are a
 * failed attempt.
 * @example
 * const traced: Executor = ({ task, run }) => tracer.startActiveSpan(task, async () => run());
 */
export type Executor = (attempt: AttemptRequest) => unknown;
