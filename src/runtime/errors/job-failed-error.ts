import { describeValue, quote } from '../../values/describe-value.ts';
import { TintypeError } from '../../values/tintype-error.ts';
import type { TaskFailure } from '../events/task-report.ts';

/** A job failed because a task failed. `cause` is that task's error. The other attempts abort with this error as the reason. */
export class JobFailedError extends TintypeError {
  readonly code = 'JOB_FAILED';
  readonly failure: TaskFailure;

  constructor(failure: TaskFailure) {
    const { task, attempts, error } = failure;
    const tries = attempts === 1 ? '' : ` after ${attempts} attempts`;
    super('JobFailedError', `Job failed: task ${quote(task)} failed${tries}: ${describeValue(error)}`, { cause: error });
    this.failure = failure;
  }
}
