import { isInstance } from './is-instance.ts';

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
