import { TintypeError } from '../../../values/tintype-error.ts';
import { type AttemptName, describeAttempt } from './describe-attempt.ts';

interface QueueFailedErrorOptions extends ErrorOptions {
  readonly isTransient: boolean;
}

/** Redis didn't answer for `unavailableTimeout`, or refused to queue an attempt. `cause` is its error, if there was one. */
export class QueueFailedError extends TintypeError {
  readonly code = 'QUEUE_FAILED';
  readonly task: string;
  readonly attempt: number;
  /** The function may have had an effect, so the task is undone. */
  readonly mayHaveActed = true;
  /**
   * Whether a later attempt may succeed, for example because Redis was down. If not, someone has to act first, for example correct the
   * password, and `defaultRetryIf` doesn't retry it.
   */
  readonly isTransient: boolean;

  constructor(name: AttemptName, why: string, { isTransient, ...options }: QueueFailedErrorOptions) {
    super('QueueFailedError', `${describeAttempt(name)} failed: ${why}`, options);
    this.task = name.task;
    this.attempt = name.attempt;
    this.isTransient = isTransient;
  }
}
