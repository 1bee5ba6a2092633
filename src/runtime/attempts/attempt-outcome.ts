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

/** Returns the outcome of a call as a promise. It settles after the same number of microtasks whether the call returns or throws. */
export function outcomeOf<T>(call: () => T): Promise<Awaited<T>> {
  try {
    return asPromise(call());
  } catch (error) {
    return Promise.reject(error);
  }
}

const ignore = (): void => {};

/** Like `Promise.resolve`, which subscribes to a promise of a subclass some microtasks later, so its outcome would be out of order. */
function asPromise<T>(value: T): Promise<Awaited<T>> {
  if (
    !isInstance<Promise<Awaited<T>>>(value, Promise) ||
    value.constructor === Promise ||
    value.then !== Promise.prototype.then
  ) {
    return Promise.resolve(value);
  }
  // Throws unless it is a real promise.
  Promise.prototype.then.call(value, ignore, ignore);
  return value;
}

export const reasonOf = (error: unknown): FailureReason =>
  isInstance(error, InvalidResultError) ? 'invalidResult' : 'exception';
