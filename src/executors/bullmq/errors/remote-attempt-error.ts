import { TintypeError } from '../../../values/tintype-error.ts';
import { type AttemptName, describeAttempt } from './describe-attempt.ts';

/** An attempt in another process ended without a readable result. Errors thrown by its function are passed on as they are. */
export class RemoteAttemptError extends TintypeError {
  readonly code = 'REMOTE_ATTEMPT';
  readonly task: string;
  readonly attempt: number;
  /** The function may have had an effect, so the task is undone. */
  readonly mayHaveActed = true;

  constructor(name: AttemptName, why: string, options?: ErrorOptions) {
    super('RemoteAttemptError', `${describeAttempt(name)} has no result: ${why}`, options);
    this.task = name.task;
    this.attempt = name.attempt;
  }
}
