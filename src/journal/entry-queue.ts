import type { JobClock } from '../time/clock.ts';
import { Fifo } from '../values/fifo.ts';
import { isInstance } from '../values/is-instance.ts';
import { JobStoreError } from './errors/job-store-error.ts';
import type { JobStore, JournalEntry } from './job-store.ts';
import { TICKS } from './lease/lease-keeper.ts';
import { callStore, Failures, isTransient, leaseExpired } from './store-problems.ts';

/** Called first when an entry is saved, or never will be; receives the reason if the job has ended in this process only. */
export type OnSettled = (left: Error | undefined) => void;

interface Waiting {
  readonly entry: JournalEntry;
  readonly then: () => void;
  readonly onSettled: OnSettled;
  tries: number;
  state: 'unsaved' | 'sent' | 'saved';
  /** For how many thirds of a lease it has waited. */
  ticks: number;
}

/**
 * Saves the entries of one job in order. Entries are sent without waiting for one another; while one of them fails, those that
 * follow wait, and all are sent again. What follows from an entry happens in the same order, once it is saved.
 */
export class EntryQueue {
  readonly #store: JobStore;
  readonly #clock: JobClock;
  readonly #job: { readonly id: string; readonly owner: string };
  readonly #onBroken: (error: unknown) => void;
  readonly #waiting = new Fifo<Waiting>();
  #isStopped = false;
  readonly #failures: Failures;
  /** Set while entries wait to be sent again. */
  #timer: unknown;

  constructor(
    store: JobStore,
    clock: JobClock,
    lease: number,
    job: { readonly id: string; readonly owner: string },
    /** An entry can't be saved. */
    onBroken: (error: unknown) => void,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#failures = new Failures(store, lease);
    this.#job = job;
    this.#onBroken = onBroken;
  }

  push(entry: JournalEntry, then: () => void, onSettled: OnSettled): void {
    const waiting: Waiting = { entry, then, onSettled, tries: 0, state: 'unsaved', ticks: 0 };
    this.#waiting.push(waiting);
    this.#sendUnlessItWaits(waiting);
  }

  /** A third of a lease has passed. No entry may wait longer than a lease. */
  tick(): void {
    const { first } = this.#waiting;
    if (first !== undefined) {
      first.ticks += 1;
      if (first.ticks > TICKS) {
        this.#onBroken(this.#failures.error);
      }
    }
  }

  /** Stops sending. */
  stop(left: Error | undefined): void {
    this.#clearTimer();
    this.#isStopped = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      next.onSettled(left);
    }
  }

  /** The end releases the lease, so it is sent once everything before it is saved. */
  #sendUnlessItWaits(waiting: Waiting): void {
    const isNext = waiting.entry.type !== 'job.ended' || waiting === this.#waiting.first;
    if (this.#timer === undefined && waiting.state === 'unsaved' && isNext) {
      this.#send(waiting);
    }
  }

  #send(waiting: Waiting): void {
    const { id, owner } = this.#job;
    waiting.state = 'sent';
    waiting.tries += 1;
    callStore(this.#clock, () => this.#store.append(id, owner, waiting.entry)).then(
      () => this.#save(waiting),
      (error) => this.#fail(waiting, error),
    );
  }

  #save(waiting: Waiting): void {
    waiting.state = 'saved';
    this.#failures.clear();
    for (let { first } = this.#waiting; first?.state === 'saved'; { first } = this.#waiting) {
      this.#waiting.shift();
      first.onSettled(undefined);
      first.then();
    }
    const { first: next } = this.#waiting;
    if (next !== undefined) {
      this.#sendUnlessItWaits(next);
    }
  }

  #fail(waiting: Waiting, error: unknown): void {
    if (this.#isStopped) {
      return;
    }
    waiting.state = 'unsaved';
    if (isTransient(error)) {
      this.#failures.add(error);
      this.#timer ??= this.#clock.setTimeout(() => this.#sendAgain(), this.#failures.nextPause());
    } else if (waiting.entry.type === 'job.ended' && waiting.tries > 1) {
      void this.#lookForEnd(waiting, waiting.entry, error);
    } else {
      this.#onBroken(error);
    }
  }

  #sendAgain(): void {
    this.#clearTimer();
    for (const waiting of this.#waiting.toArray()) {
      this.#sendUnlessItWaits(waiting);
    }
  }

  /** The end releases the lease: if the answer was lost, it can't be saved again. */
  async #lookForEnd(waiting: Waiting, { at, state }: JournalEntry & { type: 'job.ended' }, error: unknown): Promise<void> {
    const job = await callStore(this.#clock, () => this.#store.read(this.#job.id)).catch(() => undefined);
    if (job?.state === state && job.endedAt === at) {
      this.#save(waiting);
    } else {
      this.#onBroken(isInstance(error, JobStoreError) ? error : leaseExpired(error));
    }
  }

  #clearTimer(): void {
    if (this.#timer !== undefined) {
      this.#clock.clearTimeout(this.#timer);
      this.#timer = undefined;
    }
  }
}
