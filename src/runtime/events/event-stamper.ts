import type { Journal } from '../../journal/journal.ts';
import type { EventStamp, JobEmitted, SettledTaskState, TaskEmitted } from '../../machines/events.ts';
import type { JobClock } from '../../time/clock.ts';

const SETTLED: ReadonlySet<string> = new Set<SettledTaskState>(['completed', 'failed', 'cancelled', 'skipped']);

/** Numbers and timestamps the events of one job. */
export class EventStamper {
  readonly #clock: JobClock;
  readonly #journal: Journal | undefined;
  #sequence = 0;
  /** When the last task settled, if its event was emitted again. */
  #settledBefore: number | undefined;

  constructor(clock: JobClock, journal: Journal | undefined) {
    this.#clock = clock;
    this.#journal = journal;
  }

  stamp<Emitted extends TaskEmitted | JobEmitted>(emitted: Emitted): Emitted & EventStamp {
    this.#sequence += 1;
    // On the event itself, which the machine has just created: copies would be a large part of a job's garbage.
    const event = emitted as Emitted & { -readonly [Key in keyof EventStamp]: EventStamp[Key] };
    const before = this.#timeOf(event);
    if ('task' in event && SETTLED.has(event.to)) {
      this.#settledBefore = before;
    }
    event.sequence = this.#sequence;
    event.at = before ?? this.#clock.now();
    if (before !== undefined) {
      event.restored = true;
      this.#restoreDelay(event);
    }
    return event;
  }

  #timeOf(event: TaskEmitted | JobEmitted): number | undefined {
    // Such a skip isn't saved: it follows at once from the end of a dependency.
    const isFollowing = event.type === 'task.skipped' && event.reason === 'dependency';
    return isFollowing ? this.#settledBefore : this.#journal?.timeOf(event);
  }

  /** A resumed task only waits for the rest of its backoff. */
  #restoreDelay(event: TaskEmitted | JobEmitted): void {
    if (event.type === 'task.backingOff') {
      const { task, attempt, delay } = event;
      Object.assign(event, { delay: this.#journal?.recorded?.backoffAfter(task, attempt) ?? delay });
    }
  }
}
