import { TintypeError } from '../../values/tintype-error.ts';

/** A replayed job behaved differently from the checked machines. */
export class ReplayError extends TintypeError {
  readonly code = 'REPLAY';
  /** The number of the step where it differed, counted from 1. */
  readonly step: number;

  constructor(step: number, message: string) {
    super('ReplayError', message);
    this.step = step;
  }
}
