import { JobStoreError } from '../../journal/errors/job-store-error.ts';
import type { Codec, JobPage, JobStore, JournalEntry, RecordedAttempt, StoredJob } from '../../journal/job-store.ts';
import { type Deferred, deferred } from '../../runtime/deferred.ts';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

const isDecision = ({ type }: JournalEntry): boolean =>
  type === 'condition.decided' || type === 'condition.failed' || type === 'job.ending';

/** Keeps the values themselves, by number. */
class ValueCodec implements Codec {
  readonly #values: unknown[] = [];

  encode(value: unknown): string {
    return String(this.#values.push(value) - 1);
  }

  encodeError(error: unknown): string {
    return this.encode(error);
  }

  decode(text: string): unknown {
    return this.#values[Number(text)];
  }
}

/** A store for the one job being replayed. Its process can die, and its backoffs end on command. */
export class ReplayStore implements JobStore {
  readonly codec: Codec;
  #job: Mutable<StoredJob> | undefined;
  #isCut = false;
  /** How many more decisions are answered before it is paused. */
  #beforePause = Infinity;
  /** How many more decisions are saved before it is cut off. */
  #beforeCut = Infinity;
  /** Resolves when the store answers again, if it is paused. */
  #pause: Deferred<void> | undefined;
  /** How many more changes are saved before the store is lost. */
  #left = Infinity;

  constructor(codec: Codec = new ValueCodec()) {
    this.codec = codec;
  }

  /**
   * Cuts the process off: outcomes and cancellations are still saved, but nothing after them, and the process gets no more
   * replies.
   */
  cut(): void {
    this.#isCut = true;
  }

  /** Cuts the process off once so many decisions are saved. */
  cutAfter(decisions: number): void {
    this.#beforeCut = decisions;
  }

  /** Answers only later, from the decision on that comes after so many. */
  pauseAfter(decisions: number): void {
    this.#beforePause = decisions;
  }

  /** Answers only later. */
  pause(): void {
    this.#pause = deferred();
  }

  /** @param changes how many changes are saved before the store is lost */
  goOn(changes: number): void {
    this.#left = changes;
    this.#pause?.resolve();
    this.#pause = undefined;
  }

  /** The store as the next process finds it. */
  reopen(): ReplayStore {
    const next = new ReplayStore(this.codec);
    next.#job = this.#job && { ...this.#job };
    return next;
  }

  /** Ends the backoff of a task after an attempt. */
  endBackoff(task: string, attempt: number): void {
    this.#put(task, attempt, ({ outcome, ...rest }) => ({
      ...rest,
      outcome: outcome?.type === 'attempt.failed' ? { ...outcome, retryAt: 0 } : outcome,
    }));
  }

  create(job: Parameters<JobStore['create']>[0]): Promise<void> {
    return this.#answer(() => {
      this.#job = { ...job, state: 'running', endedAt: undefined, heldUntil: undefined, cancelled: undefined, attempts: [] };
    });
  }

  acquire(): Promise<StoredJob> {
    return this.#answer(() => ({ ...this.#stored }));
  }

  append(_id: string, _owner: string, entry: JournalEntry): Promise<void> {
    if (isDecision(entry)) {
      if (this.#beforePause === 0) {
        this.pause();
        this.#beforePause = Infinity;
      }
      this.#beforePause -= 1;
    }
    return this.#answer(() => this.#take(entry));
  }

  // The rest of the interface, for a job held by one process until it is cut off.

  renew(): Promise<void> {
    return this.#answer(() => {});
  }

  release(): Promise<void> {
    return this.#answer(() => {});
  }

  read(): Promise<StoredJob | undefined> {
    return this.#answer(() => this.#job);
  }

  list(): Promise<JobPage> {
    return this.#answer(() => ({ jobs: [this.#stored], next: undefined }));
  }

  delete(): Promise<number> {
    return this.#answer(() => 0);
  }

  get #stored(): Mutable<StoredJob> {
    return this.#job as Mutable<StoredJob>;
  }

  #answer<T>(effect: () => T): Promise<T> {
    if (this.#pause !== undefined) {
      return this.#pause.promise.then(() => this.#answer(effect));
    }
    if (this.#left === 0) {
      return Promise.reject(new JobStoreError('LEASE_LOST', 'The store is lost'));
    }
    this.#left -= 1;
    const result = effect();
    return this.#isCut ? new Promise(() => {}) : Promise.resolve(result);
  }

  #take(entry: JournalEntry): void {
    if (this.#isCut && (entry.type === 'attempt.started' || entry.type === 'job.ended' || isDecision(entry))) {
      return;
    }
    switch (entry.type) {
      case 'attempt.started': {
        const { task, attempt, at: startedAt } = entry;
        this.#stored.attempts = [...this.#stored.attempts, { task, attempt, startedAt, outcome: undefined }];
        break;
      }
      case 'attempt.succeeded':
      case 'attempt.failed':
        this.#put(entry.task, entry.attempt, (before) => ({ ...before, outcome: before.outcome ?? entry }));
        break;
      case 'condition.decided':
      case 'condition.failed':
        this.#stored.attempts = [
          ...this.#stored.attempts,
          { task: entry.task, attempt: 0, startedAt: entry.at, outcome: entry },
        ];
        break;
      case 'job.ending':
        this.#stored.ending = entry;
        break;
      case 'attempt.interrupted':
        this.#stored.interrupted = [...(this.#stored.interrupted ?? []), entry.task];
        break;
      case 'job.cancelled':
        this.#stored.cancelled = entry;
        break;
      case 'job.ended':
        Object.assign(this.#stored, { state: entry.state, endedAt: entry.at });
    }
    if (isDecision(entry)) {
      this.#beforeCut -= 1;
      this.#isCut ||= this.#beforeCut === 0;
    }
  }

  #put(task: string, attempt: number, change: (before: RecordedAttempt) => RecordedAttempt): void {
    this.#stored.attempts = this.#stored.attempts.map((one) =>
      one.task === task && one.attempt === attempt ? change(one) : one,
    );
  }
}
