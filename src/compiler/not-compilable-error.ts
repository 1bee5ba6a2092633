import { TintypeError } from '../values/tintype-error.ts';

/** A machine contains something that can't be compiled. */
export class NotCompilableError extends TintypeError {
  readonly code = 'NOT_COMPILABLE';

  /** @param state the id of the state that contains it */
  constructor(machine: string, state: string, construct: string) {
    super('NotCompilableError', `The machine \`${machine}\` can't be compiled: \`${state}\` has ${construct}`);
  }
}
