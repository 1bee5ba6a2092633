import { callSafely } from '../../values/call-safely.ts';

/** Returns the result of an SDK call; if it throws, `onError` gets the error and a fallback is used. */
export function orElse<T>(call: () => T, other: () => T, onError: (error: unknown) => unknown): T {
  let given: { readonly value: T } | undefined;
  callSafely(() => {
    given = { value: call() };
  }, onError);
  return given === undefined ? other() : (given as { readonly value: T }).value;
}
