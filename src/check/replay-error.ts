import { TintypeError } from '../workflow/tintype-error.ts';

/** A job did something else than the machines did when they were checked. */
export class ReplayError extends TintypeError {
  readonly code = 'REPLAY';
  /** The number of the step in which it did, counted from 1. */
  readonly step: number;

  constructor(step: number, message: string) {
    super('ReplayError', message);
    this.step = step;
  }
}
