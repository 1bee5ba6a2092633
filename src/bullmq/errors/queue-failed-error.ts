import { quote } from '../../workflow/describe-value.ts';
import { TintypeError } from '../../workflow/tintype-error.ts';

interface AttemptName {
  readonly task: string;
  readonly attempt: number;
}

/** Redis didn't answer for `unavailableTimeout`, or refused to queue an attempt. `cause` is its error, if there was one. */
export class QueueFailedError extends TintypeError {
  readonly code = 'QUEUE_FAILED';
  readonly task: string;
  readonly attempt: number;

  constructor({ task, attempt }: AttemptName, why: string, options?: ErrorOptions) {
    super('QueueFailedError', `Attempt ${attempt} of task ${quote(task)} failed: ${why}`, options);
    this.task = task;
    this.attempt = attempt;
  }
}
