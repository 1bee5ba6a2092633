import type { Happening, KnownActor } from './happening.ts';
import type { InspectedSnapshot } from './inspected.ts';
import { plainValue } from './plain-value.ts';

type Event = Happening['event'];

/** How many places a happening takes in a chunk, besides its time. */
const WIDTH = 6;
const EVENT = 1;
const ORIGIN = 2;
const VALUE = 3;
const CONTEXT = 4;
const MORE = 5;

/** How many happenings are in a chunk. */
const MOST = 64;

/**
 * What happened in a system, in the order of time. There are many happenings, and what is kept costs time: so there is no object for each,
 * and no long list that is copied to grow.
 */
export class Happenings {
  readonly #times: number[] = [];
  readonly #chunks: unknown[][] = [];
  /** The one that is written. */
  #chunk: unknown[] = [];
  /** Where the next happening goes in it. */
  #next = WIDTH * MOST;
  /** How many of the first chunk are forgotten. */
  #forgotten = 0;
  /** As it came, until the actor has taken it. */
  #lastEvent: Event | undefined;

  get length(): number {
    return this.#times.length - this.#forgotten;
  }

  /** An actor gets an event. */
  addEvent(actor: KnownActor, at: number, event: Event, origin: string | null): void {
    this.#add(actor, at, small(event), origin);
    this.#lastEvent = event;
  }

  /** Whether what happened last is that the actor got this event. */
  isLast(actor: KnownActor, event: Event): boolean {
    return this.#lastEvent === event && this.#chunk[this.#next - WIDTH] === actor;
  }

  /** An actor takes an event that it has got earlier. */
  addTaking(actor: KnownActor, at: number, event: Event): void {
    this.#add(actor, at, bare(event.type), undefined);
  }

  /** How the actor stands to which something has happened last. */
  setState(actor: KnownActor, snapshot: InspectedSnapshot): void {
    const { status, value, context, tags, output, error } = snapshot;
    this.#lastEvent = undefined;
    const place = this.#next - WIDTH;
    // Only machines have values that are states.
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

  /** Forgets so many, the oldest first. */
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
