import { describeValue, quote } from '../../workflow/describe-value.ts';
import { TintypeError } from '../../workflow/tintype-error.ts';

/** The `retryIf` or `backoff` of a task threw or gave an invalid value; the task fails without a retry. `cause` says what it was. */
export class RetryPolicyError extends TintypeError {
  readonly code = 'RETRY_POLICY';
  readonly task: string;
  /** What the attempt failed with. */
  readonly attemptError: unknown;

  constructor(task: string, option: 'retryIf' | 'backoff', attemptError: unknown, cause: unknown) {
    const message = `\`${option}\` of task ${quote(task)} failed (${describeValue(cause)}) when it was asked about: ${describeValue(attemptError)}`;
    super('RetryPolicyError', message, { cause });
    this.task = task;
    this.attemptError = attemptError;
  }
}
