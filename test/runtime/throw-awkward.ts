// What same-errors.test.ts calls in a thread.
import { AWKWARD_ERRORS } from '../helpers/awkward-errors.ts';

export function throwAwkward({ name }: { name: string }): never {
  throw (AWKWARD_ERRORS as Readonly<Record<string, () => unknown>>)[name]?.();
}
