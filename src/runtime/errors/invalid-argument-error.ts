import { TintypeError } from '../../workflow/tintype-error.ts';

/** A method of a job got an argument that it can't take. */
export class InvalidArgumentError extends TintypeError {
  readonly code = 'INVALID_ARGUMENT';

  constructor(message: string) {
    super('InvalidArgumentError', message);
  }
}
