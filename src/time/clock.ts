import { callSafely } from '../values/call-safely.ts';

/** The clock of a job; XState's SimulatedClock works too. */
export interface JobClock {
  /** Calls `callback` after `milliseconds`; returns an id for `clearTimeout`. */
  // biome-ignore lint/suspicious/noExplicitAny: as in XState's own Clock
  setTimeout(callback: (...args: any[]) => void, milliseconds: number): any;
  // biome-ignore lint/suspicious/noExplicitAny: as in XState's own Clock
  clearTimeout(id: any): void;
  /** The time, in milliseconds since 1970-01-01 UTC. */
  now(): number;
  /**
   * Optional. Calls `work` and returns its result. The job calls the functions of its tasks and its store through this, so that a clock that
   * skips time can stand still until they settle.
   * @param attempt The attempt that `work` belongs to; undefined for the store.
   */
  during?<T>(work: () => T, attempt?: { readonly signal: AbortSignal }): Promise<Awaited<T>>;
}

/** Calls `work`; a clock that skips time stands still until it settles. */
export function during<T>(clock: JobClock, work: () => T, attempt?: { readonly signal: AbortSignal }): T | Promise<Awaited<T>> {
  return clock.during === undefined ? work() : clock.during(work, attempt);
}

/** The system clock. */
export const systemClock: JobClock = {
  setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds),
  clearTimeout: (id) => clearTimeout(id),
  now: () => Date.now(),
};

/** Lets the process exit while only this timer, of a clock in turns, is pending. */
export function unref(timer: unknown): void {
  const { id } = timer as Timer;
  if (typeof id === 'object') {
    (id as { unref?: () => void } | null)?.unref?.();
  }
}

/** The clock of a job whose timers are outside events of the job. */
export interface TurnClock extends JobClock {
  /** Milliseconds on a monotonic clock; always 0 unless the job uses the system clock. */
  elapsed(): number;
  /** Makes a timer call something else. */
  redirect(timer: unknown, callback: () => void): void;
}

interface Timer {
  id?: unknown;
  cleared: boolean;
  callback: () => void;
}

/**
 * A clock whose timers are outside events of a job. A timer that is cleared while it waits for its turn never fires. Errors of
 * the clock go to `onError`; the time is then that of the last call.
 * @param take handles an event in its turn
 */
export function inTurns(clock: JobClock, take: (event: () => void) => void, onError: (error: unknown) => unknown): TurnClock {
  let time = 0;
  const lookAtClock = () => {
    time = clock.now();
  };
  return {
    setTimeout(callback, milliseconds) {
      const timer: Timer = { cleared: false, callback };
      const goOff = () => {
        if (!timer.cleared) {
          timer.callback();
        }
      };
      callSafely(() => {
        timer.id = clock.setTimeout(() => take(goOff), milliseconds);
      }, onError);
      return timer;
    },
    clearTimeout(timer: Timer) {
      timer.cleared = true;
      callSafely(() => clock.clearTimeout(timer.id), onError);
    },
    redirect(timer: Timer, callback) {
      timer.callback = callback;
    },
    ...(clock.during && { during: clock.during.bind(clock) as NonNullable<JobClock['during']> }),
    elapsed: () => (clock === systemClock ? performance.now() : 0),
    now() {
      if (clock === systemClock) {
        return Date.now();
      }
      callSafely(lookAtClock, onError);
      return time;
    },
  };
}
