import { TintypeError } from '../values/tintype-error.ts';

/** The command can't do what it was asked to because of the caller's mistake. */
export class UsageError extends TintypeError {
  readonly code = 'USAGE';

  constructor(message: string) {
    super('UsageError', message);
  }
}
