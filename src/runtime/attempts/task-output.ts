import isPlainObject from 'is-plain-obj';
import { copyKeys } from '../../values/copy-keys.ts';
import { InvalidResultError } from '../errors/invalid-result-error.ts';
import { contextOf, isResult } from '../job-result.ts';

/**
 * Reads the result of a task function once: returns a copy of the keys to merge, or undefined.
 * @throws {InvalidResultError} when it can't be merged
 * @throws the error of a sub-job that the task returned and that did not complete
 */
export function readOutput(task: string, value: unknown): object | undefined {
  if (value === undefined) {
    return undefined;
  }
  if (isResult(value)) {
    return copyKeys(contextOf(value));
  }
  try {
    const output = isPlainObject(value) ? copyKeys(value) : undefined;
    // A context with a `then` function would be mistaken for a promise.
    if (output !== undefined && typeof (output as { then?: unknown }).then !== 'function') {
      return output;
    }
  } catch (cause) {
    throw new InvalidResultError(task, value, { cause });
  }
  throw new InvalidResultError(task, value);
}
