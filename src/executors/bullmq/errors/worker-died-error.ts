import { quote } from '../../../values/describe-value.ts';
import { TintypeError } from '../../../values/tintype-error.ts';

interface AttemptName {
  readonly task: string;
  readonly attempt: number;
}

/**
 * More than `maxWorkerDeaths` workers died, or lost their lock, while they ran an attempt. It isn't retried by default, since the
 * task probably kills its workers.
 */
export class WorkerDiedError extends TintypeError {
  readonly code = 'WORKER_DIED';
  readonly task: string;
  readonly attempt: number;
  /** How many workers died. */
  readonly deaths: number;

  constructor({ task, attempt }: AttemptName, deaths: number) {
    super('WorkerDiedError', `Attempt ${attempt} of task ${quote(task)} failed: ${deaths} workers died running it`);
    this.task = task;
    this.attempt = attempt;
    this.deaths = deaths;
  }
}
