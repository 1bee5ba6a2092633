import { TintypeError } from '../workflow/tintype-error.ts';

/** A replayed job did something the checked machines did not do. */
export class ReplayError extends TintypeError {
  readonly code = 'REPLAY';
  /** The number of the step where it differed, counted from 1. */
  readonly step: number;

  constructor(step: number, message: string) {
    super('ReplayError', message);
    this.step = step;
  }
}
