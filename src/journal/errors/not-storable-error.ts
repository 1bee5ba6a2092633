import { TintypeError } from '../../values/tintype-error.ts';

/** A value that has to be saved contains something that can't be, such as a function. */
export class NotStorableError extends TintypeError {
  readonly code = 'NOT_STORABLE';
  /** The path to it, as in `.user.connection`; empty if it is the value itself. */
  readonly path: string;
  /** A description of it. */
  readonly problem: string;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super('NotStorableError', `${path === '' ? 'The value' : `\`${path}\``} can't be stored: it is ${problem}`, options);
    this.path = path;
    this.problem = problem;
  }
}
