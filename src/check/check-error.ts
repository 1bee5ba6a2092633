import { TintypeError } from '../values/tintype-error.ts';

/** The checker was called with invalid arguments, can't handle the workflow, or hit a limit. */
export class CheckError extends TintypeError {
  readonly code = 'CHECK';

  constructor(message: string, options?: ErrorOptions) {
    super('CheckError', message, options);
  }
}
