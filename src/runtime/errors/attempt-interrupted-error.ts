import { quote } from '../../workflow/describe-value.ts';
import { TintypeError } from '../../workflow/tintype-error.ts';

/** The process of a job ended while an attempt ran, and it is counted as a failed one. */
export class AttemptInterruptedError extends TintypeError {
  readonly code = 'ATTEMPT_INTERRUPTED';
  readonly task: string;
  readonly attempt: number;

  constructor(task: string, attempt: number) {
    super('AttemptInterruptedError', `Attempt ${attempt} of task ${quote(task)} was interrupted: its process ended`);
    this.task = task;
    this.attempt = attempt;
  }
}
