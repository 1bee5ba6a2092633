import type { JobEmitted, TaskEmitted, UndoEmitted } from '../machines/events.ts';
import { hasEntered, type LastPhase } from '../machines/last-phases.ts';
import type { EndState } from '../machines/messages.ts';
import type { TurnClock } from '../time/clock.ts';
import { endsOtherwise } from './ends-otherwise.ts';
import { EntryQueue, type OnSettled } from './entry-queue.ts';
import { JobSuspendedError } from './errors/job-suspended-error.ts';
import type { JobStore, Lease } from './job-store.ts';
import { type EndingEntry, isProgress, type JournalEntry, type Progress } from './journal-entry.ts';
import { LeaseKeeper } from './lease/lease-keeper.ts';
import { newOwner, suspectOwner } from './lease/lease-owner.ts';
import type { OpenedJob, Opening, StoreAccess } from './opening.ts';
import { PatientCalls } from './patient-calls.ts';
import type { RecordedJob } from './recorded-job.ts';
import type { AttemptOutcome } from './recorded-outcome.ts';
import { storeFailed } from './store-problems.ts';

export type SavedEnd = Exclude<EndState, 'detached'>;

/** Saves what happens in one job, each time before it takes effect. */
export class Journal {
  readonly store: JobStore;
  readonly #clock: TurnClock;
  readonly #lease: number;
  readonly #plainOwner: string;
  readonly #job: { readonly id: string; owner: string };
  readonly #entries: EntryQueue;
  readonly keeper: LeaseKeeper;
  /** The job can't go on because it can't be saved. */
  readonly #onBroken: (error: unknown) => void;
  #opened: OpenedJob | undefined;
  #hasDeaths = false;
  #leaseAskedAt = 0;
  #freeTurn = () => {};
  #isClosed = false;
  /** Why the job has ended in this process only, if it has. */
  #left: Error | undefined;
  readonly #onOpen: (() => void)[] = [];
  #isNew = false;
  #released: Promise<void> | undefined;

  constructor(store: JobStore, id: string, clock: TurnClock, lease: number, onBroken: (error: unknown) => void) {
    this.store = store;
    this.#clock = clock;
    this.#lease = lease;
    this.#onBroken = onBroken;
    this.#plainOwner = newOwner(lease);
    this.#job = { id, owner: this.#plainOwner };
    this.#entries = new EntryQueue(store, clock, lease, this.#job, (error) => this.leave(error));
    this.keeper = new LeaseKeeper(
      { store, clock, length: lease },
      {
        renew: () => store.renew(id, this.#newLease()),
        onTick: () => this.#entries.tick(),
        onLost: (error) => this.leave(error),
      },
    );
  }

  get recorded(): RecordedJob | undefined {
    return this.#opened?.recorded;
  }

  /** Opens the saved job, then calls back. */
  open(opening: Opening, then: (opened: OpenedJob) => void): void {
    this.#isNew = opening.isNew === true;
    const access: StoreAccess = {
      newLease: () => this.#newLease(),
      clock: this.#clock,
      calls: new PatientCalls(this.store, this.#clock, this.#lease),
      owner: () => this.#job.owner,
      beginTurn: (free) => this.#beginTurn(free),
      endTurn: () => this.#endTurn(),
    };
    opening(access).then(
      (opened) => {
        this.#opened = opened;
        this.#hasDeaths = opened.hasDeaths;
        if (this.#isClosed) {
          void this.#release(true);
          return;
        }
        if (opened.recorded?.hasEnded !== true) {
          this.keeper.start(this.#leaseAskedAt);
        }
        // A job that is cancelled before it starts doesn't start.
        if (opened.recorded !== undefined || this.#onOpen.length === 0) {
          then(opened);
        }
        for (const call of this.#onOpen) {
          call();
        }
      },
      (error) => this.leave(error),
    );
  }

  outcomeOf(task: string, attempt: number): AttemptOutcome | undefined {
    return this.recorded?.replayOf(task, attempt);
  }

  /** Whether an attempt was interrupted, and that counts as a failure. */
  isLost(task: string, attempt: number): boolean {
    return this.#opened?.countInterrupted === true && this.recorded?.wasInterrupted(task, attempt) === true;
  }

  timeOf(event: TaskEmitted | UndoEmitted | JobEmitted): number | undefined {
    return this.recorded?.timeOf(event);
  }

  /** Saves an entry, then calls back. If saving fails the job is over, so it doesn't call back. */
  write(entry: JournalEntry, then = () => {}, onSettled: OnSettled = () => {}): void {
    if (this.#isClosed) {
      onSettled(this.#left);
      return;
    }
    if (!this.#hasDeaths || !this.#isProgress(entry)) {
      this.#entries.push(entry, then, onSettled);
      return;
    }
    const recover = () => {
      this.#hasDeaths = false;
      this.#freeTurn();
      then();
    };
    this.#entries.push({ ...entry, clearsDeaths: true }, recover, onSettled);
  }

  /** Calls back once the job is open. */
  whenOpen(call: () => void): void {
    if (this.#opened === undefined) {
      this.#onOpen.push(call);
    } else {
      call();
    }
  }

  /** Saves a cancellation, unless it is saved already. */
  cancel(reason: unknown): void {
    if (this.recorded?.isOver !== true) {
      this.write({ type: 'job.cancelled', at: this.#clock.now(), reason: this.store.codec.encodeError(reason) });
    }
  }

  /** Whether it is saved that the job has entered a phase. */
  hasEntered(phase: LastPhase): boolean {
    return hasEntered(phase, this.recorded?.job.ending?.phase);
  }

  /** Saves that the job enters a phase, then calls back. */
  enter(ending: Omit<EndingEntry, 'type' | 'at'>, then: () => void): void {
    this.write({ type: 'job.ending', at: this.#clock.now(), ...ending }, then);
  }

  /** Saves the end of the job, unless it is saved already, then calls back. */
  end(state: SavedEnd, then: () => void): void {
    const { recorded } = this;
    if (recorded?.hasEnded !== true) {
      this.write({ type: 'job.ended', at: this.#clock.now(), state }, () => {
        this.#close();
        then();
      });
    } else if (recorded.job.state === state) {
      this.#close();
      then();
    } else {
      this.leave(endsOtherwise(recorded.job));
    }
  }

  /** Whether the job is not saved yet. */
  get isBeingCreated(): boolean {
    return this.#isNew && this.#opened === undefined;
  }

  /** Stops saving and releases the job, so that it can be resumed. */
  suspend(reason: Error): void {
    this.#abandon(reason, false);
  }

  /** Resolves once a suspended job is released, or can't be; undefined unless the job is suspended. */
  get released(): Promise<void> | undefined {
    return this.#released;
  }

  #abandon(reason: Error, isBackground: boolean): void {
    this.#left = reason;
    this.#close();
    if (this.#opened !== undefined) {
      const released = this.#release(isBackground);
      this.#released = isBackground ? undefined : released;
    }
  }

  /** A lease that can't be released expires. */
  #release(isBackground: boolean): Promise<void> {
    const calls = new PatientCalls(this.store, this.#clock, this.#lease);
    return calls.try(() => this.store.release(this.#job.id, this.#job.owner), isBackground).catch(() => {});
  }

  #close(): void {
    this.#isClosed = true;
    this.#freeTurn();
    this.keeper.stop();
    this.#entries.stop(this.#left);
  }

  /** The job can't go on in this process. */
  leave(error: unknown): void {
    if (!this.#isClosed) {
      const reason = storeFailed(error);
      this.#abandon(reason, true);
      this.#onBroken(reason);
    }
  }

  /** @throws {JobSuspendedError} when the job ended here while it was being opened */
  #newLease(): Lease {
    if (this.#isClosed) {
      throw new JobSuspendedError();
    }
    this.#leaseAskedAt = this.#clock.elapsed();
    const now = this.#clock.now();
    return { owner: this.#job.owner, now, until: now + this.#lease };
  }

  #beginTurn(free: () => void): void {
    this.#job.owner = suspectOwner(this.#plainOwner);
    this.#freeTurn = free;
    if (this.#isClosed) {
      free();
    }
  }

  #endTurn(): void {
    this.#job.owner = this.#plainOwner;
    this.#freeTurn();
  }

  /** An interrupted attempt doesn't count as progress. */
  #isProgress(entry: JournalEntry): entry is Progress {
    return isProgress(entry) && !(entry.type === 'attempt.failed' && this.isLost(entry.task, entry.attempt));
  }
}
