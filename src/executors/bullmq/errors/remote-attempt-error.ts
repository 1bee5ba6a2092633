import { quote } from '../../../values/describe-value.ts';
import { TintypeError } from '../../../values/tintype-error.ts';

interface AttemptName {
  readonly task: string;
  readonly attempt: number;
}

/** An attempt in another process ended without a readable result. Errors thrown by its function are passed on as they are. */
export class RemoteAttemptError extends TintypeError {
  readonly code = 'REMOTE_ATTEMPT';
  readonly task: string;
  readonly attempt: number;

  constructor({ task, attempt }: AttemptName, why: string, options?: ErrorOptions) {
    super('RemoteAttemptError', `Attempt ${attempt} of task ${quote(task)} has no result: ${why}`, options);
    this.task = task;
    this.attempt = attempt;
  }
}
