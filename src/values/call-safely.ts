/** Calls a user's function. Its errors and rejections go to `onError`, whose own errors are ignored. */
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
    // Nobody is left to report to.
  }
}
