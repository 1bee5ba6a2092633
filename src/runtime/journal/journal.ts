import type { JobEmitted, TaskEmitted } from '../../machines/events.ts';
import { describeValue } from '../../workflow/describe-value.ts';
import { TintypeError } from '../../workflow/tintype-error.ts';
import { during, type JobClock, unref } from '../clock.ts';
import { JobStoreError } from '../errors/job-store-error.ts';
import { JobSuspendedError } from '../errors/job-suspended-error.ts';
import type { JobStore, JournalEntry, Lease } from './job-store.ts';
import type { RecordedJob, RecordedOutcome } from './recorded-job.ts';

export type EndState = Extract<JournalEntry, { type: 'job.ended' }>['state'];

/** Saves a new job, or loads a saved one. */
export type Opening = (newLease: () => Lease, clock: JobClock) => Promise<OpenedJob & { readonly lease: Lease }>;

/** The limits of a job that has been saved or loaded. */
export interface OpenedJob {
  /** What happened before; undefined for a new job. */
  readonly recorded: RecordedJob | undefined;
  /** The timeout of the job, in milliseconds. */
  readonly timeout: number | undefined;
  readonly deadline: number | undefined;
  readonly maxConcurrency: number;
  readonly maxRetries: number;
  /** Whether an interrupted attempt counts as a failed one. */
  readonly countInterrupted: boolean;
}

/** Called first when an entry is saved, or never will be; gets the reason if the job has ended in this process only. */
export type OnSettled = (left: Error | undefined) => void;

/** Saves what happens in one job, each time before it takes effect. */
export class Journal {
  readonly store: JobStore;
  readonly #id: string;
  readonly #clock: JobClock;
  readonly #lease: number;
  readonly #owner = crypto.randomUUID();
  /** The job can't go on because it can't be saved. */
  readonly #onBroken: (error: unknown) => void;
  #opened: OpenedJob | undefined;
  #timer: unknown;
  #isClosed = false;
  /** Why the job has ended in this process only, if it has. */
  #left: Error | undefined;
  readonly #onOpen: (() => void)[] = [];

  constructor(store: JobStore, id: string, clock: JobClock, lease: number, onBroken: (error: unknown) => void) {
    this.store = store;
    this.#id = id;
    this.#clock = clock;
    this.#lease = lease;
    this.#onBroken = onBroken;
  }

  get recorded(): RecordedJob | undefined {
    return this.#opened?.recorded;
  }

  /** Opens the saved job, then calls back. */
  open(opening: Opening, then: (opened: OpenedJob) => void): void {
    during(this.#clock, () => opening(() => this.#newLease(), this.#clock)).then(
      ({ lease, ...opened }) => {
        this.#opened = opened;
        if (this.#isClosed) {
          this.#release();
          return;
        }
        this.#keepLease(lease);
        // A job that is cancelled before it starts doesn't start.
        if (opened.recorded !== undefined || this.#onOpen.length === 0) {
          then(opened);
        }
        for (const call of this.#onOpen) {
          call();
        }
      },
      (error) => this.#break(error),
    );
  }

  outcomeOf(task: string, attempt: number): RecordedOutcome | undefined {
    return this.recorded?.replayOf(task, attempt);
  }

  /** Whether an attempt was interrupted, and that counts as a failure. */
  isLost(task: string, attempt: number): boolean {
    return this.#opened?.countInterrupted === true && this.recorded?.wasInterrupted(task, attempt) === true;
  }

  timeOf(event: TaskEmitted | JobEmitted): number | undefined {
    return this.recorded?.timeOf(event);
  }

  /** Saves an entry, then calls back. If saving fails the job is over, so it doesn't call back. */
  write(entry: JournalEntry, then: () => void, onSettled: OnSettled = () => {}): void {
    if (this.#isClosed) {
      onSettled(this.#left);
      return;
    }
    during(this.#clock, () => this.store.append(this.#id, this.#owner, entry)).then(
      () => {
        onSettled(this.#left);
        if (!this.#isClosed) {
          then();
        }
      },
      (error) => {
        this.#break(error);
        onSettled(this.#left);
      },
    );
  }

  /** Saves a cancellation, once the job is open, then calls back. */
  cancel(reason: unknown, then: () => void): void {
    if (this.#opened === undefined) {
      this.#onOpen.push(() => this.cancel(reason, then));
    } else if (this.recorded?.isOver !== true) {
      const { codec } = this.store;
      this.write({ type: 'job.cancelled', at: this.#clock.now(), reason: codec.encodeError(reason) }, then);
    }
  }

  /** Saves the end of the job, unless it is saved already. */
  async end(state: EndState): Promise<void> {
    if (!this.#isClosed) {
      this.#close();
      if (!this.recorded?.hasEnded) {
        await this.store.append(this.#id, this.#owner, { type: 'job.ended', at: this.#clock.now(), state });
      }
    }
  }

  /** Stops saving and releases the job, so that it can be resumed. */
  abandon(reason: Error): void {
    this.#left = reason;
    this.#close();
    if (this.#opened !== undefined) {
      this.#release();
    }
  }

  #release(): void {
    // A lease that can't be released expires.
    this.store.release(this.#id, this.#owner).catch(() => {});
  }

  #close(): void {
    this.#isClosed = true;
    this.#clearTimer();
  }

  #clearTimer(): void {
    if (this.#timer !== undefined) {
      this.#clock.clearTimeout(this.#timer);
    }
  }

  #break(error: unknown): void {
    if (!this.#isClosed) {
      const reason = error instanceof TintypeError ? error : storeFailed(error);
      this.abandon(reason);
      this.#onBroken(reason);
    }
  }

  /** @throws {JobSuspendedError} when the job ended here while it was being opened */
  #newLease(): Lease {
    if (this.#isClosed) {
      throw new JobSuspendedError();
    }
    const now = this.#clock.now();
    return { owner: this.#owner, now, until: now + this.#lease };
  }

  #keepLease(held: Lease): void {
    this.#clearTimer();
    if (this.recorded?.hasEnded) {
      return;
    }
    this.#timer = this.#clock.setTimeout(
      () => {
        const lease = this.#newLease();
        during(this.#clock, () => this.store.renew(this.#id, lease)).then(
          () => this.#isClosed || this.#keepLease(lease),
          (error) => this.#onFailedRenewal(error, held),
        );
        this.#breakUnanswered(held);
      },
      Math.ceil(this.#lease / 3),
    );
    // A renewal settles no task.
    unref(this.#timer);
  }

  /** Other processes may take the job once its lease has expired, even if the store doesn't answer. */
  #breakUnanswered({ until }: Lease): void {
    const timeLeft = Math.max(until - this.#clock.now(), this.#lease / 3);
    this.#timer = this.#clock.setTimeout(
      () => this.#break(new JobStoreError('STORE_FAILED', 'The store did not answer before the lease expired')),
      Math.ceil(timeLeft),
    );
  }

  #onFailedRenewal(error: unknown, held: Lease): void {
    this.#clearTimer();
    const isLost = error instanceof JobStoreError && error.code === 'LEASE_LOST';
    if (isLost || this.#clock.now() >= held.until) {
      this.#break(error);
    } else if (!this.#isClosed) {
      this.#keepLease(held);
    }
  }
}

const storeFailed = (cause: unknown): JobStoreError =>
  new JobStoreError('STORE_FAILED', `The store failed: ${describeValue(cause)}`, { cause });
