import type { JobClock } from '../../time/clock.ts';

/** Makes the timeout of an attempt count from the call of its function, which may come later than its slot. */
export class AttemptTimeout {
  readonly #clock: JobClock;
  readonly #length: number;
  readonly #onExpired: () => void;
  readonly #grantedAt: number;
  /** How long after the slot was granted the function was called; undefined before the call. */
  #late: number | undefined;
  /** Whether the timeout passed before the function was called. */
  #isOverdue = false;
  #timer: unknown;

  /**
   * @param length in milliseconds
   * @param grantedAt when the attempt got its slot, and its time began to count
   */
  constructor(clock: JobClock, length: number, grantedAt: number, onExpired: () => void) {
    this.#clock = clock;
    this.#length = length;
    this.#onExpired = onExpired;
    this.#grantedAt = grantedAt;
  }

  /** The function is called. */
  begin(): void {
    this.#late = this.#isOverdue ? this.#length : Math.min(this.#clock.now() - this.#grantedAt, this.#length);
    if (this.#isOverdue) {
      this.expire();
    }
  }

  /** The timeout has passed since the attempt got its slot. */
  expire(): void {
    if (this.#late === undefined) {
      this.#isOverdue = true;
    } else if (this.#late > 0) {
      this.#timer = this.#clock.setTimeout(() => this.expire(), this.#late);
      this.#late = 0;
    } else {
      this.#onExpired();
    }
  }

  /** The attempt is over. */
  end(): void {
    if (this.#timer !== undefined) {
      this.#clock.clearTimeout(this.#timer);
    }
  }
}
