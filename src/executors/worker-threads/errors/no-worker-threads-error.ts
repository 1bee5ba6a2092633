import { quote } from '../../../values/describe-value.ts';
import { TintypeError } from '../../../values/tintype-error.ts';

/** A function made by `inThread` was called without the executor of `workerThreads`. */
export class NoWorkerThreadsError extends TintypeError {
  readonly code = 'NO_WORKER_THREADS';
  readonly task: string;

  constructor(task: string) {
    const advice = 'run the job with `executor: workerThreads().executor`';
    super('NoWorkerThreadsError', `Task ${quote(task)} needs a thread, but there is none: ${advice}`);
    this.task = task;
  }
}
