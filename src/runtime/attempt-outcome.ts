import type { FailureReason } from '../machines/events.ts';
import { deepFreeze } from './deep-freeze.ts';
import { InvalidResultError } from './errors/invalid-result-error.ts';
import { isInstance } from './is-instance.ts';
import type { Codec } from './journal/job-store.ts';

/**
 * Returns an output as it is saved, and as a resumed job would read it, which nobody can change.
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

/** Returns the outcome of a call as a promise, which takes as long to settle however the function ends. */
export function outcomeOf<T>(call: () => T): Promise<Awaited<T>> {
  try {
    return asPromise(call());
  } catch (error) {
    return Promise.reject(error);
  }
}

const ignore = (): void => {};

/** As `Promise.resolve`, which subscribes to a promise of a subclass some microtasks later: there, it would lose its place. */
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
