/** Calls a function of the caller; what it throws, or rejects with later, goes to `onError`, and from there nowhere. */
export function callSafely(call: () => unknown, onError: (error: unknown) => unknown): void {
  const report = (error: unknown) => {
    try {
      Promise.resolve(onError(error)).catch(() => {});
    } catch {
      // There is nobody left to tell.
    }
  };
  try {
    const result = call();
    if (typeof result === 'object' && result !== null && 'then' in result) {
      Promise.resolve(result).catch(report);
    }
  } catch (error) {
    report(error);
  }
}
