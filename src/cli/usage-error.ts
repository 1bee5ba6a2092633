import { TintypeError } from '../workflow/tintype-error.ts';

/** The command can't do what it was asked to, for a reason that lies with the caller. */
export class UsageError extends TintypeError {
  readonly code = 'USAGE';

  constructor(message: string) {
    super('UsageError', message);
  }
}
