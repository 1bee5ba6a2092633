/** All callbacks for one signal, and its only listener. */
class Watch {
  readonly callbacks = new Set<() => void>();

  readonly listener = (): void => {
    for (const callback of this.callbacks) {
      callback();
    }
  };
}

const watches = new WeakMap<AbortSignal, Watch>();

/**
 * Calls back when a signal aborts, or at once if it already has. All callbacks share one listener on the signal, because Node.js
 * warns of a leak above ten.
 * @returns a function that stops watching
 */
export function watchAbort(signal: AbortSignal, callback: () => void): () => void {
  if (signal.aborted) {
    callback();
    return () => {};
  }
  const watch = watches.get(signal) ?? new Watch();
  if (watch.callbacks.size === 0) {
    signal.addEventListener('abort', watch.listener);
    watches.set(signal, watch);
  }
  watch.callbacks.add(callback);
  return () => {
    watch.callbacks.delete(callback);
    if (watch.callbacks.size === 0) {
      signal.removeEventListener('abort', watch.listener);
    }
  };
}
