import type { JobEmitted, TaskEmitted } from '../../machines/events.ts';
import type { JobClock } from '../clock.ts';
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
    opening(() => this.#newLease(), this.#clock).then(
      ({ lease, ...opened }) => {
        this.#opened = opened;
        if (this.#isClosed) {
          this.#release();
          return;
        }
        this.#keepLease(lease);
        then(opened);
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
  write(entry: JournalEntry, then: () => void): void {
    if (!this.#isClosed) {
      this.store.append(this.#id, this.#owner, entry).then(
        () => this.#isClosed || then(),
        (error) => this.#break(error),
      );
    }
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
  abandon(): void {
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
    if (this.#timer !== undefined) {
      this.#clock.clearTimeout(this.#timer);
    }
  }

  #break(error: unknown): void {
    if (!this.#isClosed) {
      this.abandon();
      this.#onBroken(error);
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
    if (this.recorded?.hasEnded) {
      return;
    }
    this.#timer = this.#clock.setTimeout(
      () => {
        const lease = this.#newLease();
        this.store.renew(this.#id, lease).then(
          () => this.#isClosed || this.#keepLease(lease),
          (error) => this.#onFailedRenewal(error, held),
        );
      },
      Math.ceil(this.#lease / 3),
    );
  }

  #onFailedRenewal(error: unknown, held: Lease): void {
    const isLost = error instanceof JobStoreError && error.code === 'LEASE_LOST';
    if (isLost || this.#clock.now() >= held.until) {
      this.#break(error);
    } else if (!this.#isClosed) {
      this.#keepLease(held);
    }
  }
}
