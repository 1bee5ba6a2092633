import { setTimeout as sleep } from 'node:timers/promises';
import type { Attempt } from '../../../runtime/attempts/attempt.ts';
import { deferred } from '../../../runtime/deferred.ts';
import { AttemptLostError } from '../errors/attempt-lost-error.ts';

/** The fate of an attempt: it has a result, is no longer wanted, goes to another worker, or has gone there already. */
export type Outcome = { readonly result: string } | 'cancelled' | 'closed' | 'lost';

interface Running {
  readonly attempt: Attempt;
  /** Stops waiting for its function. */
  readonly stop: (outcome: Outcome) => void;
  /** When its lock expires unless it is renewed, by `performance.now()`. */
  lockedUntil: number;
}

interface Limits {
  /** How long a function may run after its attempt was stopped, in milliseconds. */
  readonly grace: number;
  readonly lockDuration: number;
}

/** How often a worker checks for locks that have expired, as a part of their duration, and the longest pause in milliseconds. */
const LOCK_CHECK = { part: 1 / 10, longest: 250 };

/** The attempts that run in a worker, and their locks. */
export class RunningAttempts {
  readonly #limits: Limits;
  readonly #running = new Map<string, Running>();
  readonly #timer: NodeJS.Timeout;

  constructor(limits: Limits) {
    this.#limits = limits;
    const pause = Math.min(limits.lockDuration * LOCK_CHECK.part, LOCK_CHECK.longest);
    this.#timer = setInterval(() => this.#loseExpired(), Math.max(1, pause));
  }

  get ids(): string[] {
    return [...this.#running.keys()];
  }

  has(id: string): boolean {
    return this.#running.has(id);
  }

  /** @param call never rejects */
  async run(id: string, attempt: Attempt, call: () => Promise<string>): Promise<Outcome> {
    const { promise, resolve: stop } = deferred<Outcome>();
    this.#running.set(id, { attempt, stop, lockedUntil: performance.now() + this.#limits.lockDuration });
    void call().then((result) => stop(attempt.isActive ? { result } : stoppedBy(attempt)));
    const outcome = await promise;
    attempt.finish();
    this.#running.delete(id);
    return outcome;
  }

  /** Stops an attempt, and waits for its function no longer than `grace`. */
  abort(id: string, reason: unknown): void {
    const running = this.#running.get(id);
    if (running?.attempt.isActive) {
      running.attempt.abort(reason);
      void sleep(this.#limits.grace, undefined, { ref: false }).then(() => running.stop(stoppedBy(running.attempt)));
    }
  }

  /** Stops all attempts without waiting, so that they go to other workers. */
  close(reason: unknown): void {
    clearInterval(this.#timer);
    for (const { attempt, stop } of this.#running.values()) {
      attempt.abort(reason);
      stop('closed');
    }
  }

  /** @param at when the renewal was sent, by `performance.now()` */
  renew(ids: readonly string[], at: number): void {
    for (const id of ids) {
      const running = this.#running.get(id);
      if (running !== undefined) {
        running.lockedUntil = at + this.#limits.lockDuration;
      }
    }
  }

  lose(ids: readonly string[]): void {
    for (const id of ids) {
      const attempt = this.#running.get(id)?.attempt;
      if (attempt !== undefined) {
        this.abort(id, new AttemptLostError(attempt));
      }
    }
  }

  /** A process that was paused finds out here, before BullMQ asks Redis, and before most functions go on. */
  #loseExpired(): void {
    const now = performance.now();
    this.lose([...this.#running].filter(([, { lockedUntil }]) => lockedUntil < now).map(([id]) => id));
  }
}

const stoppedBy = ({ signal }: Attempt): Outcome => (signal.reason instanceof AttemptLostError ? 'lost' : 'cancelled');
