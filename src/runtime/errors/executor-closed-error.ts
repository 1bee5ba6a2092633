import { TintypeError } from '../../values/tintype-error.ts';

/**
 * The base class of errors of attempts whose executor was closed. They aren't the task's fault, so a job with a store doesn't save them: it
 * is detached.
 */
export abstract class ExecutorClosedError extends TintypeError {
  /** The function may have had an effect, so the task is undone. */
  readonly mayHaveActed = true;
}
