import type { TaskSpec } from '../../workflow/task-spec.ts';
import type { RestState } from '../report/trace.ts';

// Each timer of a job has a distinct delay that identifies it.
const TIMEOUT = 1_000_000;
const BACKOFF = 2_000_000;
export const JOB_TIMEOUT = 3_000_000;
const UNDO_TIMEOUT = 4_000_000;
const UNDO_BACKOFF = 5_000_000;

/** The timer that renews a lease never fires. */
export const LEASE = 6;
const RENEWAL = 2;

/** The timeout of a resumed job that was timed out when its process died. */
export const OVERDUE = 1;

type RestTimer = RestState['timers'][number];

/** The timer delays of a replayed job. */
export class ReplayDelays {
  readonly #specs: readonly TaskSpec[];

  constructor(specs: readonly TaskSpec[]) {
    this.#specs = specs;
  }

  of({ task, isUndo, timer }: { readonly task?: string; readonly isUndo?: boolean; readonly timer: string }): number {
    const index = this.#specs.findIndex(({ name }) => name === task);
    const [timeout, backoff] = isUndo === true ? [UNDO_TIMEOUT, UNDO_BACKOFF] : [TIMEOUT, BACKOFF];
    return task === undefined ? JOB_TIMEOUT : (timer === 'backoff' ? backoff : timeout) + index;
  }

  /** The machine timers with these delays. */
  timersOf(delays: readonly number[]): RestTimer[] {
    return delays.filter((delay) => delay !== RENEWAL).map((delay) => this.#timerOf(delay));
  }

  #timerOf(delay: number): RestTimer {
    if (delay === JOB_TIMEOUT) {
      return { timer: 'jobTimeout' };
    }
    const [base, timer] = TIMERS.find(([from]) => delay >= from) as (typeof TIMERS)[number];
    return { task: this.#specs[delay - base]?.name as string, timer };
  }
}

const TIMERS = [
  [UNDO_BACKOFF, 'backoff of the undo'],
  [UNDO_TIMEOUT, 'timeout of the undo'],
  [BACKOFF, 'backoff'],
  [TIMEOUT, 'attemptTimeout'],
] as const;
