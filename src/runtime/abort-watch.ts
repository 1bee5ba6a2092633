/** All that watch one signal, and the one listener on it. */
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
 * Calls back when a signal aborts, and at once if it has aborted, with one listener on the signal for all that watch it: Node.js warns of a leak when a signal
 * has more than ten.
 * @returns what stops it.
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
