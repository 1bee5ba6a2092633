import { type TurnClock, unref } from '../../time/clock.ts';
import { afterAnswers } from '../../time/event-loop.ts';
import type { JobStore } from '../job-store.ts';
import { callStore, Failures, isTransient } from '../store-problems.ts';

/** How many ticks make a lease. It is renewed at each tick. */
export const TICKS = 3;

/**
 * Renews the lease of a job. The lease is measured in ticks of the job's timers, so a clock that is set doesn't stretch it, and a
 * process that was paused renews before it gives up.
 */
export class LeaseKeeper {
  readonly #clock: TurnClock;
  readonly #length: number;
  readonly #renew: () => Promise<void>;
  readonly #onTick: () => void;
  readonly #onLost: (error: unknown) => void;
  #tick = 0;
  /** The tick in which the last successful renewal was sent. */
  #renewedAt = 0;
  /** When the last granted lease was requested. */
  #heldSince = 0;
  readonly #onHeld: (() => void)[] = [];
  #isRenewing = false;
  #isStopped = false;
  readonly #failures: Failures;
  #timers: unknown[] = [];

  constructor(
    { store, clock, length }: { readonly store: JobStore; readonly clock: TurnClock; readonly length: number },
    calls: {
      readonly renew: () => Promise<void>;
      /** A third of the lease has passed. */
      readonly onTick: () => void;
      readonly onLost: (error: unknown) => void;
    },
  ) {
    this.#failures = new Failures(store, length);
    this.#clock = clock;
    this.#length = length;
    this.#renew = calls.renew;
    this.#onTick = calls.onTick;
    this.#onLost = calls.onLost;
  }

  /** @param heldSince when the lease was requested */
  start(heldSince: number): void {
    this.#heldSince = heldSince;
    this.#tickOn();
  }

  /** Whether the lease can't have expired, even if this process was paused. */
  get isSurelyHeld(): boolean {
    return this.#clock.elapsed() - this.#heldSince < this.#length;
  }

  /** Renews the lease, then calls back: this process was paused, and another one may have taken the job over. */
  confirm(then: () => void): void {
    this.#onHeld.push(then);
    if (!this.#isRenewing && !this.#isStopped) {
      this.#send();
    }
  }

  /** Resolves once this process surely holds the lease, or the signal has aborted. */
  async confirmed(signal: AbortSignal): Promise<void> {
    if (!this.isSurelyHeld && !signal.aborted) {
      await new Promise<unknown>((resolve) => {
        this.confirm(() => resolve(undefined));
        signal.addEventListener('abort', resolve, { once: true });
      });
    }
  }

  #tickOn(): void {
    this.#timers[0] = this.#after(this.#length / TICKS, () => this.#pass());
  }

  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#timers.filter((one) => one !== undefined)) {
      this.#clock.clearTimeout(timer);
    }
    this.#timers = [];
  }

  get #isOverdue(): boolean {
    return this.#tick - this.#renewedAt >= TICKS;
  }

  #pass(): void {
    this.#tick += 1;
    if (this.#isOverdue) {
      afterAnswers(() => this.#goOn());
    } else {
      this.#goOn();
    }
  }

  #goOn(): void {
    if (this.#isStopped) {
      return;
    }
    if (this.#isOverdue) {
      this.#onLost(this.#failures.error);
      return;
    }
    this.#tickOn();
    if (!this.#isRenewing) {
      this.#send();
    }
    this.#onTick();
  }

  #send(): void {
    const sentAt = this.#tick;
    const heldSince = this.#clock.elapsed();
    this.#isRenewing = true;
    callStore(this.#clock, this.#renew).then(
      () => {
        this.#isRenewing = false;
        this.#renewedAt = sentAt;
        this.#heldSince = heldSince;
        this.#failures.clear();
        this.#followUp();
      },
      (error) => {
        if (this.#isStopped) {
          return;
        }
        if (!isTransient(error)) {
          this.#onLost(error);
          return;
        }
        this.#failures.add(error);
        this.#timers[1] = this.#after(this.#failures.nextPause(), () => this.#send());
      },
    );
  }

  #followUp(): void {
    if (this.#onHeld.length === 0 || this.#isStopped) {
      return;
    }
    if (!this.isSurelyHeld) {
      this.#send();
      return;
    }
    for (const then of this.#onHeld.splice(0)) {
      then();
    }
  }

  #after(milliseconds: number, next: () => void): unknown {
    const timer = this.#clock.setTimeout(next, Math.ceil(milliseconds));
    // A renewal settles no task.
    unref(timer);
    return timer;
  }
}
