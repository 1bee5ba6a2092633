import { NotStorableError } from '../../journal/errors/not-storable-error.ts';
import { describeValue, quote } from '../../values/describe-value.ts';
import { TintypeError } from '../../values/tintype-error.ts';

/** A task function returned something other than a plain object or nothing, so the task failed without a retry. */
export class InvalidResultError extends TintypeError {
  readonly code = 'INVALID_RESULT';
  readonly task: string;
  /** The returned value. */
  readonly value: unknown;

  constructor(task: string, value: unknown, options?: ErrorOptions) {
    const cause = options?.cause;
    const got = options === undefined ? describeValue(value) : `an object that threw when it was read`;
    const message =
      cause instanceof NotStorableError
        ? `Task ${quote(task)} returned a value that can't be saved: ${cause.message}`
        : `Task ${quote(task)} must return a plain object or nothing, but returned ${got}`;
    super('InvalidResultError', message, options);
    this.task = task;
    this.value = value;
  }
}
