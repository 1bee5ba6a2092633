import { TintypeError } from '../../workflow/tintype-error.ts';

/** A value that has to go on record has something in it that can't be told in text, such as a function. */
export class NotStorableError extends TintypeError {
  readonly code = 'NOT_STORABLE';
  /** Where it is, as in `.user.connection`; empty when it is the value itself. */
  readonly path: string;
  /** What is there. */
  readonly problem: string;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super('NotStorableError', `${path === '' ? 'The value' : `\`${path}\``} can't be stored: it is ${problem}`, options);
    this.path = path;
    this.problem = problem;
  }
}
