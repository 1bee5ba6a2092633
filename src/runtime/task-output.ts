import isPlainObject from 'is-plain-obj';
import { copyKeys } from './copy-keys.ts';
import { InvalidResultError } from './errors/invalid-result-error.ts';
import { contextOf, isResult } from './job-result.ts';

/**
 * Reads what a task function returned, once: a copy of the keys to merge, or nothing.
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
    if (isPlainObject(value)) {
      return copyKeys(value);
    }
  } catch (cause) {
    throw new InvalidResultError(task, value, { cause });
  }
  throw new InvalidResultError(task, value);
}
