import { TintypeError } from '../../../values/tintype-error.ts';
import { type AttemptName, describeAttempt } from './describe-attempt.ts';

/**
 * More than `maxWorkerDeaths` workers died, or lost their lock, while they ran an attempt. It isn't retried by default, since the
 * task probably kills its workers.
 */
export class WorkerDiedError extends TintypeError {
  readonly code = 'WORKER_DIED';
  readonly task: string;
  readonly attempt: number;
  /** The function may have had an effect, so the task is undone. */
  readonly mayHaveActed = true;
  /** How many workers died. */
  readonly deaths: number;

  constructor(name: AttemptName, deaths: number) {
    super('WorkerDiedError', `${describeAttempt(name)} failed: ${deaths} workers died running it`);
    this.task = name.task;
    this.attempt = name.attempt;
    this.deaths = deaths;
  }
}
