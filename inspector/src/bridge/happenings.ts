import type { Happening, KnownActor } from './happening.ts';
import type { InspectedSnapshot } from './inspected.ts';
import { plainValue } from './plain-value.ts';

type Event = Happening['event'];

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
  readonly #more: Happening['more'][] = [];
  /** As it came, until the actor has taken it. */
  #lastEvent: Event | undefined;

  get length(): number {
    return this.#actors.length;
  }

  /** An actor gets an event. */
  addEvent(actor: KnownActor, at: number, event: Event, origin: string | null): void {
    this.#add(actor, at, small(event), origin);
    this.#lastEvent = event;
  }

  /** Whether what happened last is that the actor got this event. */
  isLast(actor: KnownActor, event: Event): boolean {
    return this.#lastEvent === event && this.#actors[this.#actors.length - 1] === actor;
  }

  /** An actor takes an event that it has got earlier. */
  addTaking(actor: KnownActor, at: number, event: Event): void {
    this.#add(actor, at, bare(event.type), undefined);
  }

  /** How the actor stands to which something has happened last. */
  setState(actor: KnownActor, snapshot: InspectedSnapshot): void {
    const { status, value, context, tags, output, error } = snapshot;
    this.#lastEvent = undefined;
    const last = this.length - 1;
    // Only machines have values that are states.
    this.#values[last] = actor.root === undefined ? status : value;
    this.#contexts[last] = context;
    if (status !== 'active') {
      this.#more[last] = { status, tags: tags?.size ? tags : undefined, output: plainValue(output), error: plainValue(error) };
    } else if (tags && tags.size > 0) {
      this.#more[last] = { status, tags };
    }
  }

  #add(actor: KnownActor, at: number, event: Event, origin: string | null | undefined): void {
    this.#actors.push(actor);
    this.#times.push(at);
    this.#events.push(event);
    this.#origins.push(origin);
    this.#values.push(undefined);
    this.#contexts.push(undefined);
    this.#more.push(undefined);
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

const bareEvents = new Map<string, Event>();

/** An event that carries nothing; one for all of a type. */
function bare(type: string): Event {
  let event = bareEvents.get(type);
  if (event === undefined) {
    event = { type };
    // Types can have ids in them.
    if (bareEvents.size < 1_000) {
      bareEvents.set(type, event);
    }
  }
  return event;
}

/** What an event carries, such as the result of a task, may be large: it is not kept only because somebody may look at it. */
function small(event: Event): Event {
  try {
    let isBare = true;
    for (const key in event) {
      if (key !== 'type') {
        isBare = false;
        const value = (event as Record<string, unknown>)[key];
        if (typeof value === 'object' && value !== null) {
          return plainValue(event) as Event;
        }
      }
    }
    return isBare ? bare(event.type) : event;
  } catch {
    return plainValue(event) as Event;
  }
}
