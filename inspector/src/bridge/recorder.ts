import type { KnownActor } from './happening.ts';
import { Happenings } from './happenings.ts';
import type { InspectedActor, InspectedEvent, Sent, Stepped } from './inspected.ts';
import { forgetHalf, type Message, type Recording, sizeOf } from './recording.ts';

const recorded = new WeakMap<object, Recording>();
let count = 0;

/** What is known of a system in this process, if it is recorded. */
export function recordingOf(system: object): Recording | undefined {
  const recording = recorded.get(system);
  return recording?.isForgotten ? undefined : recording;
}

/** What a recorder is to keep. */
export interface RecorderOptions {
  /** How much is kept, in inspection events; of more, the oldest is forgotten. */
  readonly limit: number;
  /** Keeps actors, so that they can be sent events. */
  readonly keepActors: boolean;
}

/** Keeps what XState tells an inspector, and as little as that takes. What is made of it is made when somebody looks. */
export class Recorder {
  readonly kept = new Set<Recording>();
  /** Of those that are kept, those that have something that viewers were not told. */
  readonly news = new Set<Recording>();
  readonly #ended = new Set<Recording>();
  readonly #recordings = new WeakMap<object, Recording>();
  readonly #options: RecorderOptions;
  /** Hears that something has happened. */
  onNews = (): void => {};
  /** Hears of messages that are new. */
  onMessages = (_: readonly Message[]): void => {};
  #last: { readonly system: object; readonly recording: Recording } | undefined;
  /** How many happenings there were since it was last found out how much is kept, and how many there may be. */
  #count = 0;
  #most: number;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#most = options.limit;
  }

  readonly inspect = (event: InspectedEvent): void => {
    switch (event.type) {
      case '@xstate.actor':
        // The actor itself is known when it starts.
        this.recordingOf(event.actorRef as InspectedActor);
        return;
      case '@xstate.event':
        this.#noteEvent(event as Sent);
        return;
      case '@xstate.snapshot':
        this.#noteState(event as Stepped);
    }
  };

  #noteEvent({ actorRef, sourceRef, event }: Sent): void {
    if (event?.type === INIT.type) {
      this.#noteStart(actorRef);
      return;
    }
    const recording = this.recordingOf(actorRef);
    const actor = recording.actors.get(actorRef.sessionId) ?? this.#knowLate(recording, actorRef);
    if (actor !== undefined) {
      recording.happenings.addEvent(actor, timeOf(actorRef), event, sourceRef?.sessionId ?? null);
      this.#note(recording);
    }
  }

  /** The first snapshot of an actor is told now, unless it has failed already. */
  #noteStart(actorRef: InspectedActor): void {
    this.#know(this.recordingOf(actorRef), actorRef);
    const snapshot = actorRef.getSnapshot();
    if (snapshot.status === 'error') {
      this.#noteState({ type: '@xstate.snapshot', actorRef, event: INIT, snapshot });
    }
  }

  #noteState({ actorRef, event, snapshot }: Stepped): void {
    const recording = this.recordingOf(actorRef);
    const { happenings, actors } = recording;
    const actor = actors.get(actorRef.sessionId) ?? this.#know(recording, actorRef);
    if (!happenings.isLast(actor, event)) {
      happenings.addTaking(actor, timeOf(actorRef), event);
    }
    happenings.setState(actor, snapshot);
    if (snapshot.status !== 'active') {
      if (actor.parent === undefined) {
        recording.hasEnded = true;
        this.#ended.add(recording);
      } else {
        actor.hasStopped = true;
        actors.delete(actor.sessionId);
      }
    }
    this.#note(recording);
  }

  /** Viewers were told all of it. */
  noteTold(recording: Recording): void {
    recording.isNews = false;
    this.news.delete(recording);
  }

  #note(recording: Recording): void {
    if (!recording.isNews) {
      recording.isNews = true;
      this.news.add(recording);
    }
    this.#count += 1;
    if (this.#count > this.#most) {
      this.#forget();
    }
    this.onNews();
  }

  /** Notes how an actor stands that is heard of for the first time; one that has ended takes no events. */
  #knowLate(recording: Recording, actorRef: InspectedActor): KnownActor | undefined {
    const snapshot = actorRef.getSnapshot();
    if (snapshot.status !== 'active') {
      return undefined;
    }
    const actor = this.#know(recording, actorRef);
    recording.happenings.addTaking(actor, timeOf(actorRef), INIT);
    recording.happenings.setState(actor, snapshot);
    return actor;
  }

  #know(recording: Recording, actorRef: InspectedActor): KnownActor {
    const { id, sessionId, src, options, logic, _parent } = actorRef;
    const actor = {
      id,
      sessionId,
      parent: _parent?.sessionId,
      src,
      input: options?.input,
      root: logic.root,
      ref: this.#options.keepActors ? actorRef : undefined,
      isTold: false,
      hasStopped: false,
      forgotten: undefined,
    };
    recording.actors.set(sessionId, actor);
    return actor;
  }

  /** Gives what is known of the system of an actor; nothing yet, of a new one. */
  recordingOf({ system }: Pick<InspectedActor, 'system'>): Recording {
    if (this.#last?.system === system) {
      return this.#last.recording;
    }
    const recording = this.#recordings.get(system) ?? this.#begin(system);
    this.#last = { system, recording };
    return recording;
  }

  #begin(system: object): Recording {
    count += 1;
    const recording: Recording = {
      number: count,
      actors: new Map(),
      happenings: new Happenings(),
      messages: [],
      onMessages: (messages) => this.onMessages(messages),
      isNews: false,
      hasEnded: false,
      isForgotten: false,
    };
    this.#recordings.set(system, recording);
    this.kept.add(recording);
    recorded.set(system, recording);
    return recording;
  }

  /** Forgets systems that have ended, the oldest first, and then the older halves of what happened to the others, until a quarter is free. */
  #forget(): void {
    const { limit } = this.#options;
    const goal = (limit * 3) / 4;
    let size = 0;
    for (const recording of this.kept) {
      size += sizeOf(recording);
    }
    for (const recording of this.#ended) {
      if (size <= goal) break;
      size -= sizeOf(recording);
      this.#forgetAll(recording);
    }
    for (const recording of [...this.kept].sort((a, b) => sizeOf(b) - sizeOf(a))) {
      if (size <= goal) break;
      size -= sizeOf(recording);
      forgetHalf(recording);
      size += sizeOf(recording);
    }
    // Actors that are alive are not forgotten, however many they are.
    this.#most = Math.max(limit - size, limit / 4);
    this.#count = 0;
  }

  #forgetAll(recording: Recording): void {
    recording.isForgotten = true;
    this.kept.delete(recording);
    this.noteTold(recording);
    this.#ended.delete(recording);
  }
}

const INIT = { type: 'xstate.init' };

const timeOf = ({ clock }: InspectedActor): number => (clock?.now === undefined ? Date.now() : clock.now());
