import type { TaskSpec } from '../../workflow/task-spec.ts';
import type { RestState } from '../report/trace.ts';

// Each timer of a job has a distinct delay that identifies it.
const TIMEOUT = 1_000_000;
const BACKOFF = 2_000_000;
export const JOB_TIMEOUT = 3_000_000;

/** The timer that renews a lease never fires. */
export const LEASE = 3;
const RENEWAL = 1;

type RestTimer = RestState['timers'][number];

/** The timer delays of a replayed job. */
export class ReplayDelays {
  readonly #specs: readonly TaskSpec[];

  constructor(specs: readonly TaskSpec[]) {
    this.#specs = specs;
  }

  of(task: string | undefined, timer: string): number {
    const index = this.#specs.findIndex(({ name }) => name === task);
    return task === undefined ? JOB_TIMEOUT : (timer === 'backoff' ? BACKOFF : TIMEOUT) + index;
  }

  /** The machine timers with these delays. */
  timersOf(delays: readonly number[]): RestTimer[] {
    return delays.filter((delay) => delay !== RENEWAL).map((delay) => this.#timerOf(delay));
  }

  #timerOf(delay: number): RestTimer {
    if (delay >= JOB_TIMEOUT) {
      return { timer: 'jobTimeout' };
    }
    const [timer, base] = delay >= BACKOFF ? ['backoff', BACKOFF] : ['attemptTimeout', TIMEOUT];
    return { task: this.#specs[delay - Number(base)]?.name as string, timer: String(timer) };
  }
}
