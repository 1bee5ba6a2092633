/** Work that nobody waits for. */
export class BackgroundWork {
  readonly #pending = new Set<Promise<unknown>>();
  readonly #onError: (error: unknown) => unknown;

  constructor(onError: (error: unknown) => unknown) {
    this.#onError = onError;
  }

  track(work: Promise<unknown>): void {
    const done = work.catch(this.#onError).finally(() => this.#pending.delete(done));
    this.#pending.add(done);
  }

  /** Resolves once all current work has ended. */
  get settled(): Promise<unknown> {
    return Promise.allSettled(this.#pending);
  }
}
