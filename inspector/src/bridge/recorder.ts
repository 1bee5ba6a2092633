import type { InspectedActor, InspectedEvent, KeptEvent } from './inspected.ts';

/** What happened to an actor, and when: milliseconds since 1970-01-01 UTC, as the clock of its system tells it. */
export interface Happening {
  readonly event: KeptEvent;
  readonly at: number;
}

/** What is known of an actor system, such as a job. */
export interface Recording {
  /** Tells the actors of systems apart, whose own names are the same in each: counted from 1 in this process. */
  readonly number: number;
  readonly system: object;
  /** The actors that were heard of. */
  readonly actors: WeakSet<object>;
  /** What has happened since messages were made. */
  happenings: Happening[];
  /** What has happened before that, as viewers are told it. */
  messages: string[];
  /** The actors that viewers were told of and that have not stopped, with the names by which viewers know them. */
  readonly live: Map<InspectedActor, string>;
  /** Hears of messages that are new. */
  readonly onMessages: (messages: readonly string[]) => void;
  hasEnded: boolean;
}

const recorded = new WeakMap<object, Recording>();
let count = 0;

/** What is known of a system in this process, if it is recorded. */
export const recordingOf = (system: object): Recording | undefined => recorded.get(system);

/** Keeps what XState tells an inspector. What is made of it is made when somebody looks. */
export class Recorder {
  readonly kept = new Set<Recording>();
  readonly #recordings = new WeakMap<object, Recording>();
  readonly #limit: number;
  /** Hears that something has happened. */
  onNews = (): void => {};
  /** Hears of messages that are new. */
  onMessages = (_: readonly string[]): void => {};
  #size = 0;

  /** @param limit How much is kept, in inspection events; of more, the oldest is forgotten. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  readonly inspect = (event: InspectedEvent): void => {
    switch (event.type) {
      case '@xstate.actor':
        // Its first snapshot is told when it starts.
        this.recordingOf(event.actorRef as InspectedActor).actors.add(event.actorRef as InspectedActor);
        return;
      case '@xstate.event':
      case '@xstate.snapshot':
        this.#note(event as KeptEvent);
    }
  };

  #note(event: KeptEvent): void {
    const { actorRef } = event;
    const recording = this.recordingOf(actorRef);
    if (!recording.actors.has(actorRef)) {
      recording.actors.add(actorRef);
      this.#add(recording, {
        type: '@xstate.snapshot',
        actorRef,
        event: { type: 'xstate.init' },
        snapshot: actorRef.getSnapshot(),
      });
    }
    this.#add(recording, event);
    if (event.type === '@xstate.snapshot' && event.snapshot.status !== 'active' && actorRef._parent === undefined) {
      recording.hasEnded = true;
    }
    if (this.#size > this.#limit) {
      this.#forget();
    }
    this.onNews();
  }

  #add(recording: Recording, event: KeptEvent): void {
    const now = event.actorRef.clock?.now;
    recording.happenings.push({ event, at: now === undefined ? Date.now() : now() });
    this.#size += 1;
  }

  /** Gives what is known of the system of an actor; nothing yet, of a new one. */
  recordingOf({ system }: Pick<InspectedActor, 'system'>): Recording {
    let recording = this.#recordings.get(system);
    if (recording === undefined) {
      count += 1;
      recording = {
        number: count,
        system,
        actors: new WeakSet(),
        happenings: [],
        messages: [],
        live: new Map(),
        onMessages: (messages) => this.onMessages(messages),
        hasEnded: false,
      };
      this.#recordings.set(system, recording);
      this.kept.add(recording);
      recorded.set(system, recording);
    }
    return recording;
  }

  /** Forgets systems that have ended, the oldest first; where none has, the older half of what happened to the oldest. */
  #forget(): void {
    const oldest = [...this.kept].find(({ hasEnded }) => hasEnded) ?? first(this.kept);
    if (oldest.hasEnded) {
      this.kept.delete(oldest);
      this.#recordings.delete(oldest.system);
      recorded.delete(oldest.system);
    } else {
      oldest.happenings = oldest.happenings.slice(oldest.happenings.length / 2);
      oldest.messages = newerHalf(oldest.messages);
    }
    this.#size = [...this.kept].reduce((sum, one) => sum + one.happenings.length + one.messages.length, 0);
  }
}

const first = (set: ReadonlySet<Recording>): Recording => set.values().next().value as Recording;

/** Without what tells of actors, the rest would be of no use. */
const newerHalf = (messages: readonly string[]): string[] =>
  messages.filter((text, index) => index >= messages.length / 2 || text.startsWith('{"type":"service.register"'));
