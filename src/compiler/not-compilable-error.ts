import { TintypeError } from '../workflow/tintype-error.ts';

/** A machine has something in it for which there is no compiled form. */
export class NotCompilableError extends TintypeError {
  readonly code = 'NOT_COMPILABLE';

  /** @param state The id of the state that has it. */
  constructor(machine: string, state: string, construct: string) {
    super('NotCompilableError', `The machine \`${machine}\` can't be compiled: \`${state}\` has ${construct}`);
  }
}
