import type { JobClock } from 'tintype';
import type { SteppedClock } from '../helpers/simulated-time.ts';

/** The clock of the job alone: it counts the timers of the job, and not those of the task functions. */
export class CountedClock implements JobClock {
  readonly #clock: SteppedClock;
  readonly #pending = new Set<number>();

  constructor(clock: SteppedClock) {
    this.#clock = clock;
  }

  get pending(): number {
    return this.#pending.size;
  }

  setTimeout(callback: () => void, milliseconds: number): number {
    const goOff = () => {
      this.#pending.delete(id);
      callback();
    };
    const id = this.#clock.setTimeout(goOff, milliseconds);
    this.#pending.add(id);
    return id;
  }

  clearTimeout(id: number): void {
    this.#pending.delete(id);
    this.#clock.clearTimeout(id);
  }

  now(): number {
    return this.#clock.now();
  }
}
