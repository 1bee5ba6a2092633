import type { Happening, KnownActor } from './happening.ts';
import type { InspectedSnapshot } from './inspected.ts';
import { plainValue } from './plain-value.ts';

type Event = Happening['event'];

/** The number of slots a happening takes in a chunk, besides its time. */
const WIDTH = 6;
const EVENT = 1;
const ORIGIN = 2;
const VALUE = 3;
const CONTEXT = 4;
const MORE = 5;

/** The number of happenings per chunk. */
const MOST = 64;

/**
 * The happenings in a system, in chronological order. There are many, and retained objects cost time. So happenings are not objects, and
 * there is no long list that is copied as it grows.
 */
export class Happenings {
  readonly #times: number[] = [];
  readonly #chunks: unknown[][] = [];
  /** The chunk being written. */
  #chunk: unknown[] = [];
  /** The position of the next happening in it. */
  #next = WIDTH * MOST;
  /** How many happenings of the first chunk have been dropped. */
  #forgotten = 0;
  /** The event as it came, until the actor has processed it. */
  #lastEvent: Event | undefined;

  get length(): number {
    return this.#times.length - this.#forgotten;
  }

  /** An actor receives an event. */
  addEvent(actor: KnownActor, at: number, event: Event, origin: string | null): void {
    this.#add(actor, at, small(event), origin);
    this.#lastEvent = event;
  }

  /** Whether the last happening is that the actor received this event. */
  isLast(actor: KnownActor, event: Event): boolean {
    return this.#lastEvent === event && this.#chunk[this.#next - WIDTH] === actor;
  }

  /** An actor processes an event it received earlier. */
  addTaking(actor: KnownActor, at: number, event: Event): void {
    this.#add(actor, at, bare(event.type), undefined);
  }

  /** The state of the actor with the last happening. */
  setState(actor: KnownActor, snapshot: InspectedSnapshot): void {
    const { status, value, context, tags, output, error } = snapshot;
    this.#lastEvent = undefined;
    const place = this.#next - WIDTH;
    // Only machines have a state value.
    this.#chunk[place + VALUE] = actor.root === undefined ? status : value;
    this.#chunk[place + CONTEXT] = context;
    if (status !== 'active') {
      this.#chunk[place + MORE] = {
        status,
        tags: tags?.size ? tags : undefined,
        output: plainValue(output),
        error: plainValue(error),
      };
    } else if (tags && tags.size > 0) {
      this.#chunk[place + MORE] = { status, tags };
    }
  }

  #add(actor: KnownActor, at: number, event: Event, origin: string | null | undefined): void {
    if (this.#next === WIDTH * MOST) {
      this.#chunk = new Array(WIDTH * MOST);
      this.#chunks.push(this.#chunk);
      this.#next = 0;
    }
    const place = this.#next;
    this.#times.push(at);
    this.#chunk[place] = actor;
    this.#chunk[place + EVENT] = event;
    this.#chunk[place + ORIGIN] = origin;
    this.#next = place + WIDTH;
  }

  at(index: number): Happening {
    const row = this.#forgotten + index;
    const chunk = this.#chunks[Math.floor(row / MOST)] as unknown[];
    const place = (row % MOST) * WIDTH;
    return {
      actor: chunk[place] as KnownActor,
      at: this.#times[row] as number,
      event: chunk[place + EVENT] as Event,
      origin: chunk[place + ORIGIN] as Happening['origin'],
      value: chunk[place + VALUE],
      context: chunk[place + CONTEXT],
      more: chunk[place + MORE] as Happening['more'],
    };
  }

  /** Drops the given number of happenings, oldest first. */
  drop(count: number): void {
    const rows = this.#forgotten + count;
    const chunks = Math.floor(rows / MOST);
    this.#chunks.splice(0, chunks);
    this.#times.splice(0, chunks * MOST);
    this.#forgotten = rows - chunks * MOST;
    if (this.length === 0) {
      this.#lastEvent = undefined;
    }
  }
}

const bareEvents = new Map<string, Event>();

/** An event without data, shared by all events of its type. */
function bare(type: string): Event {
  let event = bareEvents.get(type);
  if (event === undefined) {
    event = { type };
    // Types can contain ids.
    if (bareEvents.size < 1_000) {
      bareEvents.set(type, event);
    }
  }
  return event;
}

/** An event's data, such as a task's result, may be large: it isn't kept just because someone might look at it. */
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
