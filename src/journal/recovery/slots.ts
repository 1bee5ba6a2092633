import { Fifo } from '../../values/fifo.ts';

/** Lets a limited number of jobs run at a time, in order. */
export class Slots {
  #free: number;
  readonly #waiting = new Fifo<() => void>();

  /** @param size at least 1, or Infinity */
  constructor(size: number) {
    this.#free = size;
  }

  /** Waits for a slot, and returns a function that frees it. */
  async take(): Promise<() => void> {
    if (this.#free > 0) {
      this.#free -= 1;
    } else {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    let isHeld = true;
    return () => {
      if (isHeld) {
        isHeld = false;
        this.#pass();
      }
    };
  }

  #pass(): void {
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#free += 1;
    } else {
      next();
    }
  }
}

/** The slot of one job, which it may leave and enter again. */
export class Permit {
  readonly #slots: Slots;
  #free: (() => void) | undefined;
  #isOver = false;

  constructor(slots: Slots) {
    this.#slots = slots;
  }

  async enter(): Promise<void> {
    if (this.#free === undefined) {
      this.#free = await this.#slots.take();
      if (this.#isOver) {
        this.leave();
      }
    }
  }

  leave(): void {
    this.#free?.();
    this.#free = undefined;
  }

  /** The job has settled. */
  end(): void {
    this.#isOver = true;
    this.leave();
  }
}
