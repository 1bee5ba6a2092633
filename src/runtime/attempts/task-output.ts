import isPlainObject from 'is-plain-obj';
import type { Codec } from '../../journal/job-store.ts';
import { copyKeys } from '../../values/copy-keys.ts';
import { deepFreeze } from '../../values/deep-freeze.ts';
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

/**
 * What an undo returned is ignored, unless it is a job.
 * @throws the error of a job that did not complete
 */
export function readUndone(value: unknown): undefined {
  if (isResult(value)) {
    contextOf(value);
  }
}

/**
 * Returns an output as text, and the deeply frozen copy that a resumed job would read from it.
 * @throws {InvalidResultError} when it can't be saved
 */
export function savedOutput(task: string, output: object, codec: Codec): [text: string, copy: object] {
  try {
    const text = codec.encode(output);
    return [text, deepFreeze(codec.decode(text) as object)];
  } catch (cause) {
    throw new InvalidResultError(task, output, { cause });
  }
}
