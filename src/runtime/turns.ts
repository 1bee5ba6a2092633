import { Fifo } from '../machines/fifo.ts';
import { countOutcome, isPauseDue } from './event-loop.ts';

/**
 * Lets a job take one outside event at a time. Actions of the machines, and messages from the job to its tasks, wait until the
 * current step is over; the next outside event waits until all of them are done. Functions are called last. After some work the job
 * pauses: outcomes and calls wait until the event loop has turned.
 */
export class Turns {
  readonly #events = new Fifo<() => void>();
  readonly #effects = new Fifo<() => void>();
  readonly #replays = new Fifo<() => void>();
  readonly #afterReplays = new Fifo<() => void>();
  readonly #calls = new Fifo<() => void>();
  readonly #pause: ((then: () => void) => void) | undefined;
  #busy = false;
  #paused = false;

  /** @param pause calls back once the event loop has turned; without it, there are no pauses */
  constructor(pause?: (then: () => void) => void) {
    this.#pause = pause;
  }

  /** Handles an outside event that can't wait: a timer, a cancellation, a signal. Outcomes that came before it come first. */
  take(event: () => void): void {
    this.#events.push(event);
    this.#run();
  }

  /** Handles the outcome of an attempt. Outcomes are handled in the order in which they arrive. */
  takeOutcome(event: () => void): void {
    countOutcome();
    this.#events.push(event);
    if (!this.#paused && !this.#pauseIfDue()) {
      this.#run();
    }
  }

  /** Handles a saved outcome, ahead of everything that comes from outside. */
  replay(event: () => void): void {
    this.#replays.push(event);
    this.#run();
  }

  /** Handles an event once no saved outcome is left. */
  afterReplays(event: () => void): void {
    this.#afterReplays.push(event);
    this.#run();
  }

  /** Runs an effect after the current step of the machines. */
  defer(effect: () => void): void {
    this.#effects.push(effect);
    if (!this.#busy) {
      // An event was sent to an actor directly, for example by an inspector.
      void Promise.resolve().then(() => this.#run());
    }
  }

  /** Calls the function of a task, once all events that have arrived are handled. */
  call(perform: () => void): void {
    this.#calls.push(perform);
    if (!this.#busy && !this.#paused) {
      this.#run();
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
    return this.#effects.shift() ?? this.#nextReplay() ?? this.#events.shift() ?? this.#nextCall();
  }

  #nextReplay(): (() => void) | undefined {
    return this.#replays.shift() ?? this.#afterReplays.shift();
  }

  #nextCall(): (() => void) | undefined {
    return this.#calls.size === 0 || this.#paused || this.#pauseIfDue() ? undefined : this.#calls.shift();
  }

  #pauseIfDue(): boolean {
    if (this.#pause === undefined || !isPauseDue()) {
      return false;
    }
    this.#paused = true;
    this.#pause(() => {
      this.#paused = false;
      this.#run();
    });
    return true;
  }
}
