import { quote } from '../../values/describe-value.ts';
import { TintypeError } from '../../values/tintype-error.ts';

/** An attempt was running when its process died, and `countInterrupted` counts it as failed. */
export class AttemptInterruptedError extends TintypeError {
  readonly code = 'ATTEMPT_INTERRUPTED';
  readonly task: string;
  readonly attempt: number;
  /** The function may have had an effect, so the task is undone. */
  readonly mayHaveActed = true;

  constructor(task: string, attempt: number) {
    super('AttemptInterruptedError', `Attempt ${attempt} of task ${quote(task)} was interrupted: its process ended`);
    this.task = task;
    this.attempt = attempt;
  }
}
