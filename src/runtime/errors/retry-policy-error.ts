import { failedInEffect } from '../../machines/undo-events.ts';
import { describeValue, quote } from '../../values/describe-value.ts';
import { isInstance } from '../../values/is-instance.ts';
import { TintypeError } from '../../values/tintype-error.ts';
import { TaskTimedOutError } from './task-timed-out-error.ts';

/** `retryIf` or `backoff` threw or returned an invalid value, so the task failed without a retry. `cause` has the details. */
export class RetryPolicyError extends TintypeError {
  readonly code = 'RETRY_POLICY';
  readonly task: string;
  /** The error of the attempt. */
  readonly attemptError: unknown;
  /** Whether the function may have had an effect, so the task is undone. */
  readonly mayHaveActed: boolean;

  constructor(task: string, option: 'retryIf' | 'backoff', attemptError: unknown, cause: unknown) {
    const asked = `the attempt failed with ${describeValue(attemptError)}`;
    const message = `\`${option}\` failed for task ${quote(task)}: ${describeValue(cause)} (${asked})`;
    super('RetryPolicyError', message, { cause });
    this.task = task;
    this.attemptError = attemptError;
    this.mayHaveActed = failedInEffect(isInstance(attemptError, TaskTimedOutError) ? 'timedOut' : 'exception', attemptError);
  }
}
