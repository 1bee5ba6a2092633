import type { JobEmitted, TaskEmitted } from '../../machines/events.ts';
import { describeValue } from '../../workflow/describe-value.ts';
import { TintypeError } from '../../workflow/tintype-error.ts';
import { during, type JobClock } from '../clock.ts';
import { JobStoreError } from '../errors/job-store-error.ts';
import { JobSuspendedError } from '../errors/job-suspended-error.ts';
import type { JobStore, JournalEntry, Lease } from './job-store.ts';
import type { RecordedJob, RecordedOutcome } from './recorded-job.ts';

export type EndState = Extract<JournalEntry, { type: 'job.ended' }>['state'];

/** Puts a job on record, or takes it from there. */
export type Opening = (newLease: () => Lease, clock: JobClock) => Promise<OpenedJob & { readonly lease: Lease }>;

/** What holds for a job that has been put on record, or taken from there. */
export interface OpenedJob {
  /** What has happened before; undefined when the job is new. */
  readonly recorded: RecordedJob | undefined;
  /** The timeout of the job, in milliseconds. */
  readonly timeout: number | undefined;
  readonly deadline: number | undefined;
  readonly maxConcurrency: number;
  readonly maxRetries: number;
  /** Whether an interrupted attempt counts as a failed one. */
  readonly countInterrupted: boolean;
}

/** Hears, before anything else, that a step is on record, or never will be; and why the job has ended in this process alone, if it has. */
export type OnSettled = (left: Error | undefined) => void;

/** The record of one job: nothing is done before what it follows from is on it. */
export class Journal {
  readonly store: JobStore;
  readonly #id: string;
  readonly #clock: JobClock;
  readonly #lease: number;
  readonly #owner = crypto.randomUUID();
  /** The job can't go on, since it can't be recorded. */
  readonly #onBroken: (error: unknown) => void;
  #opened: OpenedJob | undefined;
  #timer: unknown;
  #isClosed = false;
  /** Why the job has ended in this process alone, if it has. */
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

  /** Opens the record, and then calls back. */
  open(opening: Opening, then: (opened: OpenedJob) => void): void {
    during(this.#clock, () => opening(() => this.#newLease(), this.#clock)).then(
      ({ lease, ...opened }) => {
        this.#opened = opened;
        if (this.#isClosed) {
          this.#release();
          return;
        }
        this.#keepLease(lease);
        // A job that is cancelled before it has begun does not begin.
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
    return this.recorded?.outcomeOf(task, attempt);
  }

  /** Whether an attempt was interrupted, and that counts. */
  isLost(task: string, attempt: number): boolean {
    return this.#opened?.countInterrupted === true && this.recorded?.wasInterrupted(task, attempt) === true;
  }

  timeOf(event: TaskEmitted | JobEmitted): number | undefined {
    return this.recorded?.timeOf(event);
  }

  /** Records something, and then calls back; never when that fails, since the job is over then. */
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

  /** Records a cancel, when the job is open, and then calls back. */
  cancel(reason: unknown, then: () => void): void {
    if (this.#opened === undefined) {
      this.#onOpen.push(() => this.cancel(reason, then));
    } else if (this.recorded?.isOver !== true) {
      const { codec } = this.store;
      this.write({ type: 'job.cancelled', at: this.#clock.now(), reason: codec.encodeError(reason) }, then);
    }
  }

  /** Records the end of the job, unless it is on record. */
  async end(state: EndState): Promise<void> {
    if (!this.#isClosed) {
      this.#close();
      if (!this.recorded?.hasEnded) {
        await this.store.append(this.#id, this.#owner, { type: 'job.ended', at: this.#clock.now(), state });
      }
    }
  }

  /** Records nothing any more, and gives the job up, so that it can be continued from what is on record. */
  abandon(reason: Error): void {
    this.#left = reason;
    this.#close();
    if (this.#opened !== undefined) {
      this.#release();
    }
  }

  #release(): void {
    // What can't be released runs out.
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

  /** @throws {JobSuspendedError} when the job has ended here while its record was waited for */
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
  }

  /** Others may have the job when its lease has run out, also where the store does not answer. */
  #breakUnanswered({ until }: Lease): void {
    const timeLeft = Math.max(until - this.#clock.now(), this.#lease / 3);
    this.#timer = this.#clock.setTimeout(
      () => this.#break(new JobStoreError('STORE_FAILED', 'The store did not answer until the lease had run out')),
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
