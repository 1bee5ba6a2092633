import { quote } from '../../../values/describe-value.ts';
import { TintypeError } from '../../../values/tintype-error.ts';

interface AttemptName {
  readonly task: string;
  readonly number: number;
}

/** Why `signal` aborts in a worker that lost its lock on an attempt: another worker may be running it. */
export class AttemptLostError extends TintypeError {
  readonly code = 'ATTEMPT_LOST';

  constructor({ task, number }: AttemptName) {
    super(
      'AttemptLostError',
      `The worker lost its lock on attempt ${number} of task ${quote(task)}, which another worker may be running`,
    );
  }
}
