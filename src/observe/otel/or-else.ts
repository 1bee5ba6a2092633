import { callSafely } from '../../runtime/call-safely.ts';

/** Gives what a function of the SDK gives; where it throws, `onError` hears of it, and something else has to do. */
export function orElse<T>(call: () => T, other: () => T, onError: (error: unknown) => unknown): T {
  let given: { readonly value: T } | undefined;
  callSafely(() => {
    given = { value: call() };
  }, onError);
  return given === undefined ? other() : (given as { readonly value: T }).value;
}
