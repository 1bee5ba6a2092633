import { type JobClock, systemClock } from '../time/clock.ts';
import type { TaskExecution } from '../workflow/task-definition.ts';

/** How an attempt takes part in the time of a clock that skips. */
export interface AttemptTime {
  readonly clock: JobClock;
  /** Lets time be skipped although the function has not returned. */
  release(): void;
  /** Makes time stand still again, until the function has returned. */
  hold(): void;
}

/** By the signal of the attempt, which copies and wrappers of an execution keep. */
const times = new WeakMap<AbortSignal, AttemptTime>();

export function bindTime(signal: AbortSignal, time: AttemptTime): void {
  times.set(signal, time);
}

/**
 * Waits on the clock of the job if that skips time, and on the system's otherwise; forever if `milliseconds` is Infinity. Rejects with the
 * signal's reason when the attempt aborts.
 */
export async function passTime({ signal }: TaskExecution, milliseconds: number): Promise<void> {
  signal.throwIfAborted();
  const time = times.get(signal);
  const clock = time?.clock ?? systemClock;
  const aborted = new AbortController();
  let timer: unknown;
  time?.release();
  try {
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: aborted.signal });
      timer = milliseconds === Infinity ? undefined : clock.setTimeout(resolve, milliseconds);
    });
  } finally {
    clock.clearTimeout(timer);
    aborted.abort();
    time?.hold();
  }
}
