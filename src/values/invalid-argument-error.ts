import { TintypeError } from './tintype-error.ts';

/** A function or a method of a job was called with an invalid argument. */
export class InvalidArgumentError extends TintypeError {
  readonly code = 'INVALID_ARGUMENT';

  constructor(message: string) {
    super('InvalidArgumentError', message);
  }
}
