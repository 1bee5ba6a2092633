import type { EventStamp, JobEmitted, TaskEmitted } from '../machines/events.ts';
import type { JobClock } from './clock.ts';
import type { Journal } from './journal/journal.ts';

/** Numbers the events of one job, and says when they happened. */
export class EventStamper {
  readonly #clock: JobClock;
  readonly #journal: Journal | undefined;
  #sequence = 0;

  constructor(clock: JobClock, journal: Journal | undefined) {
    this.#clock = clock;
    this.#journal = journal;
  }

  stamp<Emitted extends TaskEmitted | JobEmitted>(emitted: Emitted): Emitted & EventStamp {
    this.#sequence += 1;
    // Onto the event itself, which the machine has just made: a copy of each would be a good part of the garbage of a job.
    const event = emitted as Emitted & { -readonly [Key in keyof EventStamp]: EventStamp[Key] };
    const before = this.#journal?.timeOf(event);
    event.sequence = this.#sequence;
    event.at = before ?? this.#clock.now();
    if (before !== undefined) {
      event.restored = true;
    }
    return event;
  }
}
