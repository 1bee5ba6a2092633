import type { Codec } from '../../journal/job-store.ts';
import type { FailureReason } from '../../machines/events.ts';
import { deepFreeze } from '../../values/deep-freeze.ts';
import { isInstance } from '../../values/is-instance.ts';
import { InvalidResultError } from '../errors/invalid-result-error.ts';

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

export const reasonOf = (error: unknown): FailureReason =>
  isInstance(error, InvalidResultError) ? 'invalidResult' : 'exception';
