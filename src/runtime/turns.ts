import { Fifo } from '../machines/fifo.ts';

/**
 * Lets a job take one outside event at a time. Actions of the machines, and messages from the job to its tasks, wait until the
 * current step is over; the next outside event waits until all of them are done.
 */
export class Turns {
  readonly #events = new Fifo<() => void>();
  readonly #effects = new Fifo<() => void>();
  #busy = false;

  /** Handles an outside event: the end of an attempt, a timer, a cancellation, a signal. */
  take(event: () => void): void {
    this.#events.push(event);
    this.#run();
  }

  /** Runs an effect after the current step of the machines. */
  defer(effect: () => void): void {
    this.#effects.push(effect);
    if (!this.#busy) {
      // An event was sent to an actor directly, for example by an inspector.
      queueMicrotask(() => this.#run());
    }
  }

  #run(): void {
    if (this.#busy) {
      return;
    }
    this.#busy = true;
    try {
      for (let next = this.#next(); next !== undefined; next = this.#next()) {
        next();
      }
    } finally {
      this.#busy = false;
    }
  }

  #next(): (() => void) | undefined {
    return this.#effects.shift() ?? this.#events.shift();
  }
}
