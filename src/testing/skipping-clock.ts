import type { JobClock } from '../time/clock.ts';
import { describeValue } from '../values/describe-value.ts';
import { InvalidArgumentError } from '../values/invalid-argument-error.ts';
import { type AttemptTime, bindTime } from './attempt-time.ts';

// Fake timers that a test installs later don't stop this clock.
const { setTimeout, clearTimeout } = globalThis;

interface Timer {
  readonly id: number;
  readonly due: number;
  readonly callback: () => void;
}

/**
 * Creates a clock for the `clock` option of `run` that skips time: backoffs and timeouts fire at once, in the order they are due, and events
 * have the times they would have had. Time stands still while a task's function or the store is busy; `never()` and `takes()` wait in the
 * time of this clock, so they don't count. If a function takes longer than the delay of the next timer, that timer fires in real time.
 * @param now The time it starts at, in milliseconds since 1970-01-01 UTC.
 * @throws {InvalidArgumentError} if `now` is not a finite number
 * @example
 * const flow = stub(order, { charge: fails(2).then(returns({ receipt: 'r1' })) });
 * const result = await run(flow, { context: { amount: 5 }, clock: skippingClock() });
 */
export function skippingClock(now = 0): JobClock {
  if (!Number.isFinite(now)) {
    throw new InvalidArgumentError(`\`skippingClock\` takes a finite number of milliseconds, got ${describeValue(now)}`);
  }
  return new SkippingClock(now);
}

class SkippingClock implements JobClock {
  readonly #timers = new Map<number, Timer>();
  /** The work that time stands still for. */
  readonly #work = new Set<object>();
  #now: number;
  #lastId = 0;
  #willPlan = false;
  #planned: { readonly timer: Timer; readonly delay: number; readonly id: ReturnType<typeof setTimeout> } | undefined;

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, milliseconds: number): number {
    this.#lastId += 1;
    const id = this.#lastId;
    this.#timers.set(id, { id, due: this.#now + milliseconds, callback });
    this.#planSoon();
    return id;
  }

  clearTimeout(id: number): void {
    this.#timers.delete(id);
    this.#planSoon();
  }

  async during<T>(work: () => T, attempt?: { readonly signal: AbortSignal }): Promise<Awaited<T>> {
    const token = {};
    let isOver = false;
    const time: AttemptTime = {
      clock: this,
      release: () => {
        this.#work.delete(token);
        this.#planSoon();
      },
      hold: () => {
        if (!isOver) {
          this.#work.add(token);
          this.#planSoon();
        }
      },
    };
    const end = () => {
      isOver = true;
      time.release();
    };
    time.hold();
    if (attempt !== undefined) {
      bindTime(attempt.signal, time);
      // Nothing waits for a function whose attempt was aborted.
      attempt.signal.addEventListener('abort', end, { once: true });
    }
    try {
      return await work();
    } finally {
      end();
    }
  }

  /** Plans once, however much changes in this turn. */
  #planSoon(): void {
    if (!this.#willPlan) {
      this.#willPlan = true;
      queueMicrotask(() => {
        this.#willPlan = false;
        this.#plan();
      });
    }
  }

  /** Fires the next timer in a macrotask of its own, so that everything that follows from the last one has happened. */
  #plan(): void {
    const timer = this.#next();
    const delay = timer === undefined || this.#work.size === 0 ? 0 : timer.due - this.#now;
    if (timer === this.#planned?.timer && delay === this.#planned?.delay) {
      return;
    }
    clearTimeout(this.#planned?.id);
    this.#planned = timer && { timer, delay, id: setTimeout(() => this.#fire(timer), delay) };
  }

  #next(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers.values()) {
      if (next === undefined || timer.due < next.due) {
        next = timer;
      }
    }
    return next;
  }

  #fire({ id, due, callback }: Timer): void {
    this.#planned = undefined;
    this.#timers.delete(id);
    this.#now = due;
    this.#planSoon();
    callback();
  }
}
