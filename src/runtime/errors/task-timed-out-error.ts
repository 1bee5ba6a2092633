import { quote } from '../../values/describe-value.ts';
import { TintypeError } from '../../values/tintype-error.ts';

/** An attempt took longer than the `timeout` of its task. Its signal aborts with this error as the reason. */
export class TaskTimedOutError extends TintypeError {
  readonly code = 'TASK_TIMED_OUT';
  readonly task: string;
  readonly attempt: number;
  /** The timeout of the task, in milliseconds. */
  readonly timeout: number;

  constructor(task: string, attempt: number, timeout: number) {
    super('TaskTimedOutError', `Task ${quote(task)} timed out: attempt ${attempt} took longer than ${timeout} ms`);
    this.task = task;
    this.attempt = attempt;
    this.timeout = timeout;
  }
}
