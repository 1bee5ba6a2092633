import { during, type JobClock } from '../time/clock.ts';
import { callSafely } from '../values/call-safely.ts';
import { describeValue } from '../values/describe-value.ts';
import { isInstance } from '../values/is-instance.ts';
import { outcomeOf } from '../values/outcome-of.ts';
import { TintypeError } from '../values/tintype-error.ts';
import { JobStoreError } from './errors/job-store-error.ts';
import type { JobStore } from './job-store.ts';

/** Calls a store. Whatever it throws or returns, the result is a promise. */
export const callStore = <T>(clock: JobClock, call: () => Promise<T>): Promise<Awaited<T>> =>
  outcomeOf(() => during(clock, call)) as Promise<Awaited<T>>;

/** Whether the same call of a store may succeed later. Errors that a store doesn't know may pass. */
export const isTransient = (error: unknown): boolean =>
  isInstance(error, JobStoreError) ? error.isTransient : !isInstance(error, TintypeError);

/** The error for a job that ends because of a problem of its store. */
export const storeFailed = (cause: unknown, isTransient = false): TintypeError =>
  isInstance(cause, TintypeError)
    ? cause
    : new JobStoreError('STORE_FAILED', `The store failed: ${describeValue(cause)}`, { cause, isTransient });

/** The error for a job whose store is silent, or keeps failing with `problem`. Either may pass, so it is transient. */
export const leaseExpired = (problem: unknown): TintypeError =>
  problem === undefined
    ? new JobStoreError('STORE_FAILED', 'The store did not answer before the lease expired', { isTransient: true })
    : storeFailed(problem, true);

/** The error for a new job: while its store keeps failing or is silent, nobody knows whether it was saved. */
export const mayBeUnsaved = (error: unknown): unknown =>
  isInstance(error, JobStoreError) && error.isTransient
    ? new JobStoreError(error.code, `${error.message}; the job may not have been saved`, {
        cause: error.cause,
        isTransient: true,
      })
    : error;

/** The problems each store has had since its last answer, so that all its jobs report a problem once. */
const reported = new WeakMap<JobStore, Set<string>>();

/** Reports a problem that may pass to the store. */
function reportProblem(store: JobStore, problem: unknown): void {
  const error = storeFailed(problem, true);
  const known = reported.get(store) ?? new Set();
  reported.set(store, known);
  if (!known.has(error.message)) {
    known.add(error.message);
    callSafely(
      () => store.onError?.(error),
      () => {},
    );
  }
}

/** The calls of a store that failed in a row, but may succeed later. */
export class Failures {
  readonly #store: JobStore;
  readonly #lease: number;
  #pauses = 0;
  #last: unknown;

  /** @param lease in milliseconds */
  constructor(store: JobStore, lease: number) {
    this.#store = store;
    this.#lease = lease;
  }

  add(problem: unknown): void {
    this.#last = problem;
    reportProblem(this.#store, problem);
  }

  /** Returns how long to wait before the next try, in milliseconds: a growing part of the lease. */
  nextPause(): number {
    this.#pauses += 1;
    return Math.ceil(Math.min(20 * 2 ** (this.#pauses - 1), 1000, this.#lease / 6));
  }

  /** The store works again. */
  clear(): void {
    this.#pauses = 0;
    this.#last = undefined;
    reported.delete(this.#store);
  }

  /** The error for a job that can't wait any longer. */
  get error(): TintypeError {
    return leaseExpired(this.#last);
  }
}
