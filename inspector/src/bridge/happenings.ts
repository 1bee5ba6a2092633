import type { InspectedSnapshot } from './inspected.ts';
import type { KnownActor } from './known-actor.ts';

type Event = { readonly type: string };

/** What happened to an actor. */
export interface Happening {
  readonly actor: KnownActor;
  /** Milliseconds since 1970-01-01 UTC, as the clock of its system tells it. */
  readonly at: number;
  readonly event: Event;
  /** From where the actor gets the event now; undefined when it has got it before, null when it is from nowhere. */
  readonly origin: string | null | undefined;
  /** Where the actor is when it has taken the event; undefined when other things happen before that. */
  readonly value: unknown;
  readonly context: unknown;
  /** Where there is more to tell than that. */
  readonly more: InspectedSnapshot | undefined;
}

/**
 * What happened in a system, in the order of time. There are many happenings, and what is kept costs time, so there is no object for each.
 */
export class Happenings {
  readonly #actors: KnownActor[] = [];
  readonly #times: number[] = [];
  readonly #events: Event[] = [];
  readonly #origins: (string | null | undefined)[] = [];
  readonly #values: unknown[] = [];
  readonly #contexts: unknown[] = [];
  readonly #more: (InspectedSnapshot | undefined)[] = [];

  get length(): number {
    return this.#actors.length;
  }

  /** An actor gets an event. */
  addEvent(actor: KnownActor, at: number, event: Event, origin: string | null | undefined): void {
    this.#actors.push(actor);
    this.#times.push(at);
    this.#events.push(event);
    this.#origins.push(origin);
    this.#values.push(undefined);
    this.#contexts.push(undefined);
    this.#more.push(undefined);
  }

  /** An actor has taken an event, which it has got just before or earlier. */
  addState(actor: KnownActor, at: number, event: Event, snapshot: InspectedSnapshot): void {
    if (this.#events.at(-1) !== event || this.#actors.at(-1) !== actor) {
      this.addEvent(actor, at, event, undefined);
    }
    const { status, value = status, context, tags } = snapshot;
    const last = this.length - 1;
    this.#values[last] = value;
    this.#contexts[last] = context;
    if (status !== 'active' || (tags !== undefined && tags.size > 0)) {
      this.#more[last] = snapshot;
    }
  }

  at(index: number): Happening {
    return {
      actor: this.#actors[index] as KnownActor,
      at: this.#times[index] as number,
      event: this.#events[index] as Event,
      origin: this.#origins[index],
      value: this.#values[index],
      context: this.#contexts[index],
      more: this.#more[index],
    };
  }

  /** Forgets so many, the oldest first. */
  drop(count: number): void {
    for (const column of [this.#actors, this.#times, this.#events, this.#origins, this.#values, this.#contexts, this.#more]) {
      column.splice(0, count);
    }
  }
}
