/** Calls a function of the caller; what it throws, or rejects with later, goes to `onError`, and from there nowhere. */
export function callSafely<Args extends readonly unknown[]>(
  call: (...args: Args) => unknown,
  onError: (error: unknown) => unknown,
  ...args: Args
): void {
  try {
    const result = call(...args);
    if (typeof result === 'object' && result !== null && 'then' in result) {
      Promise.resolve(result).catch((error) => report(error, onError));
    }
  } catch (error) {
    report(error, onError);
  }
}

function report(error: unknown, onError: (error: unknown) => unknown): void {
  try {
    Promise.resolve(onError(error)).catch(() => {});
  } catch {
    // There is nobody left to tell.
  }
}
