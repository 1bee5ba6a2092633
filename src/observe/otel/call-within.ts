import { type Context, context } from '@opentelemetry/api';
import { callSafely } from '../../values/call-safely.ts';

/**
 * Calls a function in a context. If the SDK's context manager throws, `onError` gets the error and the function runs without a
 * context.
 */
export function callWithin(within: Context, call: () => unknown, onError: (error: unknown) => unknown): unknown {
  let outcome: (() => unknown) | undefined;
  const enter = () => {
    context.with(within, () => {
      outcome = outcomeOf(call);
    });
  };
  callSafely(enter, onError);
  return (outcome ?? call)();
}

/** Calls a function and returns one that returns or throws the same, so that its errors don't go to `onError`. */
function outcomeOf(call: () => unknown): () => unknown {
  try {
    const value = call();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
