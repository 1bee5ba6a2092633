import { TintypeError } from '../workflow/tintype-error.ts';

/** The checker was asked for something that it can't do. */
export class CheckError extends TintypeError {
  readonly code = 'CHECK';

  constructor(message: string) {
    super('CheckError', message);
  }
}
