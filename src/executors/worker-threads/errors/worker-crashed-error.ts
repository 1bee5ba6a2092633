import { describeValue, quote } from '../../../values/describe-value.ts';
import { TintypeError } from '../../../values/tintype-error.ts';

/** The thread of an attempt ended before its function returned; `cause` is the uncaught error, if there was one. */
export class WorkerCrashedError extends TintypeError {
  readonly code = 'WORKER_CRASHED';
  readonly task: string;
  /** The exit code of the thread; 1 after an uncaught error. */
  readonly exitCode: number;
  /** The function may have had an effect, so the task is undone. */
  readonly mayHaveActed = true;

  constructor(task: string, exitCode: number, options?: ErrorOptions) {
    const why = options === undefined ? `it exited with code ${exitCode}` : describeValue(options.cause);
    super('WorkerCrashedError', `The thread of task ${quote(task)} crashed: ${why}`, options);
    this.task = task;
    this.exitCode = exitCode;
  }
}
