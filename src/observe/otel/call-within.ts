import { type Context, context } from '@opentelemetry/api';
import { callSafely } from '../../runtime/call-safely.ts';

/** Calls a function in a context; where the context manager of the SDK throws, `onError` hears of it, and it is called in none. */
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

/** Calls a function, and gives one that returns or throws what it did: what it throws is not for `onError`. */
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
