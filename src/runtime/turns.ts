import { Fifo } from '../machines/fifo.ts';
import { countOutcome, isPauseDue } from './event-loop.ts';

/** With more effects and saved outcomes than these, a job may pause between them. */
const MANY = 1000;

/** The outcome of an attempt, or the call of a function. */
interface Waiting {
  readonly place: number;
  readonly perform: () => void;
}

/**
 * Lets a job take one outside event at a time. Actions of the machines, and messages from the job to its tasks, wait until the
 * current step is over; the next outside event waits until all of them are done. Outcomes are handled and functions are called in the
 * order in which they arrive. After some work the job pauses, and both wait until the event loop has turned. In a large job, effects and saved
 * outcomes wait, too, and then so does everything else.
 */
export class Turns {
  readonly #effects = new Fifo<() => void>();
  readonly #replays = new Fifo<() => void>();
  readonly #afterReplays = new Fifo<() => void>();
  readonly #events = new Fifo<() => void>();
  readonly #outcomes = new Fifo<Waiting>();
  readonly #calls = new Fifo<Waiting>();
  readonly #pause: ((then: () => void) => void) | undefined;
  #arrived = 0;
  #busy = false;
  #paused = false;
  /** Whether the pause is in the middle of a step. */
  #stalled = false;

  /** @param pause calls back once the event loop has turned; without it, there are no pauses */
  constructor(pause?: (then: () => void) => void) {
    this.#pause = pause;
  }

  /** Handles an outside event that can't wait: a timer, a cancellation, a signal. Outcomes that came before it come first. */
  take(event: () => void): void {
    this.#events.push(event);
    this.#run();
  }

  /** Handles the outcome of an attempt. */
  takeOutcome(event: () => void): void {
    countOutcome();
    this.#wait(this.#outcomes, event);
  }

  /** Calls the function of a task. */
  call(perform: () => void): void {
    this.#wait(this.#calls, perform);
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

  #wait(queue: Fifo<Waiting>, perform: () => void): void {
    this.#arrived += 1;
    queue.push({ place: this.#arrived, perform });
    if (!this.#paused) {
      this.#run();
    }
  }

  #run(): void {
    if (this.#busy || this.#stalled) {
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
    if (this.#effects.size + this.#replays.size > MANY && this.#pauseIfDue()) {
      this.#stalled = true;
      return undefined;
    }
    return this.#effects.shift() ?? this.#replays.shift() ?? this.#afterReplays.shift() ?? this.#nextOutside();
  }

  #nextOutside(): (() => void) | undefined {
    if (this.#events.size > 0) {
      return this.#outcomes.shift()?.perform ?? this.#events.shift();
    }
    const outcome = this.#outcomes.first?.place ?? Infinity;
    const call = this.#calls.first?.place ?? Infinity;
    if (outcome === call || this.#paused || this.#pauseIfDue()) {
      return undefined;
    }
    return (outcome < call ? this.#outcomes : this.#calls).shift()?.perform;
  }

  #pauseIfDue(): boolean {
    if (this.#pause === undefined || !isPauseDue()) {
      return false;
    }
    if (!this.#paused) {
      this.#paused = true;
      this.#pause(() => {
        this.#paused = false;
        this.#stalled = false;
        this.#run();
      });
    }
    return true;
  }
}
