import type { CheckPlan } from '../check-options.ts';

/** How often progress is reported, in milliseconds. */
const EVERY = 50;

/** Looks at the clock after each step of a search: whether its time is up, and whether a report is due. */
export class SearchClock {
  readonly #deadline: number;
  readonly #onProgress: CheckPlan['onProgress'];
  #due = -Infinity;

  constructor(ms: number, onProgress: CheckPlan['onProgress']) {
    this.#deadline = ms === Infinity ? Infinity : performance.now() + ms;
    this.#onProgress = onProgress;
  }

  /** @returns whether the time is up */
  isUp(states: number, depth: number): boolean {
    if (this.#deadline === Infinity && this.#onProgress === undefined) {
      return false;
    }
    const now = performance.now();
    if (now >= this.#due) {
      this.#due = now + EVERY;
      this.#onProgress?.(states, depth);
    }
    return now >= this.#deadline;
  }
}
