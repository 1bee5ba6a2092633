import { SimulatedClock } from 'xstate';
import { isPausing } from '../../src/time/event-loop.ts';

/** Lets everything happen that needs no timer, however often jobs pause meanwhile. */
export async function settle(): Promise<void> {
  do {
    await new Promise((resolve) => setImmediate(resolve));
  } while (isPausing());
}

/** A simulated clock that can be stepped from deadline to deadline. */
export class SteppedClock extends SimulatedClock {
  readonly #deadlines = new Map<number, number>();

  override setTimeout(callback: (...args: unknown[]) => void, milliseconds: number): number {
    const id = super.setTimeout(() => {
      this.#deadlines.delete(id);
      callback();
    }, milliseconds);
    this.#deadlines.set(id, this.now() + milliseconds);
    return id;
  }

  override clearTimeout(id: number): void {
    this.#deadlines.delete(id);
    super.clearTimeout(id);
  }

  /** How many timers are pending. */
  get pending(): number {
    return this.#deadlines.size;
  }

  /** Goes to the next deadline; false when there is none. */
  step(): boolean {
    const next = Math.min(...this.#deadlines.values());
    if (next === Infinity) {
      return false;
    }
    this.set(next);
    return true;
  }
}

/** Steps the clock until the promise settles. Fails when nothing is left that could settle it. */
export async function withTime<T>(clock: SteppedClock, promise: PromiseLike<T>): Promise<T> {
  let settled = false;
  const marked = Promise.resolve(promise).finally(() => {
    settled = true;
  });
  marked.catch(() => {});
  for (;;) {
    await settle();
    if (settled) {
      return marked;
    }
    if (!clock.step()) {
      throw new Error('nothing is left to happen');
    }
  }
}
