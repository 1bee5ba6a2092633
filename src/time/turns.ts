import { Fifo } from '../values/fifo.ts';
import { countOutcome, isPauseDue } from './event-loop.ts';

/** How many effects and saved outcomes a step has at least if it pauses, so that a cancel of a small job takes effect at once. */
const SMALL = 16;

/** How many outcomes are handled before it looks again whether a pause is due. */
const FEW = 8;

/**
 * Lets a job take one outside event at a time. Actions of the machines, and messages from the job to its tasks, wait until the
 * current step is over; the next outside event waits until all of them are done. Outcomes are handled and functions are called in the
 * order in which they arrive. After some work the job pauses, and both wait until the event loop has turned. Within a step of many
 * effects or saved outcomes, it pauses too, and then everything waits.
 */
export class Turns {
  readonly #effects = new Fifo<() => void>();
  readonly #replays = new Fifo<() => void>();
  readonly #afterReplays = new Fifo<() => void>();
  readonly #events = new Fifo<() => void>();
  readonly #outcomes = new Fifo<() => void>();
  readonly #calls = new Fifo<() => void>();
  /** For each call, how many outcomes came before it. */
  readonly #outcomesBefore = new Fifo<number>();
  readonly #pause: ((then: () => void) => void) | undefined;
  /** How many outcomes have come, and how many of them were handled. */
  #arrived = 0;
  #handled = 0;
  #busy = false;
  #paused = false;
  /** Whether it paused within a step. */
  #isMidStep = false;
  /** How many effects and saved outcomes were handled without a pause. */
  #passed = 0;
  /** Whether functions were called in this microtask. */
  #hasCalled = false;
  #isAwaitingOutcomes = false;

  /** @param pause calls back once the event loop has turned; without it, nothing waits for the event loop or a microtask */
  constructor(pause?: (then: () => void) => void) {
    this.#pause = pause;
  }

  /**
   * Handles an outside event that can't wait: a timer, a cancellation, a signal. Outcomes that came before it come first, including those of
   * functions that returned before it in the same microtask.
   */
  take(event: () => void): void {
    this.#events.push(event);
    if (this.#busy && this.#hasCalled && this.#pause !== undefined) {
      this.#awaitOutcomes();
    }
    this.#run();
  }

  /** Handles an event that concerns no machine: it only waits while the job is busy. */
  takeAside(event: () => void): void {
    if (this.#busy) {
      this.take(event);
    } else {
      event();
    }
  }

  /** Handles the outcome of an attempt. */
  takeOutcome(event: () => void): void {
    countOutcome();
    this.#arrived += 1;
    this.#outcomes.push(event);
    this.#runUnlessPaused();
  }

  /** Calls the function of a task. */
  call(perform: () => void): void {
    this.#outcomesBefore.push(this.#arrived);
    this.#calls.push(perform);
    this.#runUnlessPaused();
  }

  /** Handles a saved outcome, ahead of everything that comes from outside. */
  replay(event: () => void): void {
    countOutcome();
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

  #runUnlessPaused(): void {
    if (!this.#paused) {
      this.#run();
    }
  }

  #run(): void {
    if (this.#busy || this.#isMidStep) {
      return;
    }
    this.#busy = true;
    this.#passed = 0;
    this.#hasCalled = false;
    try {
      for (let next = this.#next(); next !== undefined; next = this.#next()) {
        next();
      }
    } finally {
      this.#busy = false;
    }
  }

  #next(): (() => void) | undefined {
    if (this.#effects.size + this.#replays.size > 0) {
      this.#passed += 1;
      this.#isMidStep = this.#passed > SMALL && this.#pauseIfDue();
      return this.#isMidStep ? undefined : (this.#effects.shift() ?? this.#replays.shift());
    }
    return this.#afterReplays.shift() ?? this.#nextOutside();
  }

  #nextOutside(): (() => void) | undefined {
    if (this.#events.size > 0) {
      return this.#nextOutcome() ?? (this.#isAwaitingOutcomes ? undefined : this.#events.shift());
    }
    if (this.#paused) {
      return undefined;
    }
    if ((this.#outcomesBefore.first ?? Infinity) <= this.#handled) {
      return this.#pauseIfDue() ? undefined : this.#nextCall();
    }
    const isPausing = this.#outcomes.size > 0 && this.#handled % FEW === 0 && this.#pauseIfDue();
    return isPausing ? undefined : this.#nextOutcome();
  }

  #nextCall(): (() => void) | undefined {
    this.#hasCalled = true;
    this.#outcomesBefore.shift();
    return this.#calls.shift();
  }

  #nextOutcome(): (() => void) | undefined {
    const outcome = this.#outcomes.shift();
    if (outcome !== undefined) {
      this.#handled += 1;
    }
    return outcome;
  }

  /** Functions that have returned in this microtask have outcomes in the next ones. */
  #awaitOutcomes(): void {
    this.#isAwaitingOutcomes = true;
    void Promise.resolve().then(() => {
      this.#isAwaitingOutcomes = false;
      this.#run();
    });
  }

  #pauseIfDue(): boolean {
    if (this.#pause === undefined || !isPauseDue()) {
      return false;
    }
    if (!this.#paused) {
      this.#paused = true;
      this.#pause(() => {
        this.#paused = false;
        this.#isMidStep = false;
        this.#run();
      });
    }
    return true;
  }
}
