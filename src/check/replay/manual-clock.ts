import { SimulatedClock } from 'xstate';

interface PendingTimer {
  readonly delay: number;
  readonly goOff: () => void;
}

/** A simulated clock whose timers fire only on command, in any order; no time passes. */
export class ManualClock extends SimulatedClock {
  readonly #timers = new Map<number, PendingTimer>();
  #lastId = 0;

  /** The delays of the pending timers, in milliseconds. */
  get delays(): readonly number[] {
    return [...this.#timers.values()].map(({ delay }) => delay);
  }

  override setTimeout(callback: (...args: unknown[]) => void, delay: number): number {
    this.#lastId += 1;
    this.#timers.set(this.#lastId, { delay, goOff: callback });
    return this.#lastId;
  }

  override clearTimeout(id: number): void {
    this.#timers.delete(id);
  }

  /** Fires the timer with this delay, if there is one. */
  fire(delay: number): void {
    for (const [id, timer] of [...this.#timers].filter(([, pending]) => pending.delay === delay)) {
      this.#timers.delete(id);
      timer.goOff();
    }
  }
}
