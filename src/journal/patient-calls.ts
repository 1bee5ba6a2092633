import { type JobClock, unref } from '../time/clock.ts';
import { afterAnswers } from '../time/event-loop.ts';
import type { JobStore } from './job-store.ts';
import { callStore, Failures, isTransient } from './store-problems.ts';

/** Repeats calls of a store that fails for a while. */
export class PatientCalls {
  readonly #store: JobStore;
  readonly #clock: JobClock;
  readonly #limit: number;

  /** @param limit How long a call may take altogether, in milliseconds. */
  constructor(store: JobStore, clock: JobClock, limit: number) {
    this.#store = store;
    this.#clock = clock;
    this.#limit = limit;
  }

  /**
   * Calls until the store answers, fails for good, or the time is up.
   * @param isBackground Whether the process may exit before that.
   * @throws what the store last threw, or a JobStoreError `STORE_FAILED`
   */
  try<T>(call: () => Promise<T>, isBackground = false): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const failures = new Failures(this.#store, this.#limit);
      let isOver = false;
      const after = (milliseconds: number, next: () => void): unknown => {
        const timer = this.#clock.setTimeout(next, milliseconds);
        if (isBackground) {
          unref(timer);
        }
        return timer;
      };
      const end = (settle: () => void) => {
        isOver = true;
        this.#clock.clearTimeout(late);
        settle();
      };
      const fail = (error: unknown) => {
        if (isOver || !isTransient(error)) {
          end(() => reject(error));
          return;
        }
        failures.add(error);
        after(failures.nextPause(), attempt);
      };
      const attempt = () => {
        if (!isOver) {
          callStore(this.#clock, call).then((value) => {
            failures.clear();
            end(() => resolve(value));
          }, fail);
        }
      };
      const late = after(this.#limit, () => {
        // If the process was paused, an answer may have arrived already.
        after(1, () => afterAnswers(() => end(() => reject(failures.error))));
      });
      attempt();
    });
  }
}
