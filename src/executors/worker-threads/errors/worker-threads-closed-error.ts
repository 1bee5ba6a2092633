import { ExecutorClosedError } from '../../../runtime/errors/executor-closed-error.ts';

/** The worker threads were closed before the function of an attempt returned. */
export class WorkerThreadsClosedError extends ExecutorClosedError {
  readonly code = 'WORKER_THREADS_CLOSED';

  constructor() {
    super('WorkerThreadsClosedError', 'The worker threads are closed');
  }
}
