import type { KnownActor } from './happening.ts';
import { Happenings } from './happenings.ts';
import type { InspectedActor, InspectedEvent, Sent, Stepped } from './inspected.ts';
import { forgetHalf, type Message, type Recording, sizeOf } from './recording.ts';

const recorded = new WeakMap<object, Recording>();
let count = 0;

/** The recording of an actor system, if there is one. */
export function recordingOf(system: object): Recording | undefined {
  const recording = recorded.get(system);
  return recording?.isForgotten ? undefined : recording;
}

/** What a recorder keeps. */
export interface RecorderOptions {
  /** How many inspection events to keep; beyond that, the oldest are dropped. */
  readonly limit: number;
  /** Keeps actors, so events can be sent to them. */
  readonly keepActors: boolean;
}

/** Records XState's inspection events in as little memory as possible. Messages are built only when someone is watching. */
export class Recorder {
  readonly kept = new Set<Recording>();
  /** The kept recordings that have news for viewers. */
  readonly news = new Set<Recording>();
  readonly #ended = new Set<Recording>();
  readonly #recordings = new WeakMap<object, Recording>();
  readonly #options: RecorderOptions;
  /** Called when something has happened. */
  onNews = (): void => {};
  /** Called with new messages. */
  onMessages = (_: readonly Message[]): void => {};
  #last: { readonly system: object; readonly recording: Recording } | undefined;
  /** The number of happenings since the last size check, and how many are allowed before the next. */
  #count = 0;
  #most: number;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#most = options.limit;
  }

  readonly inspect = (event: InspectedEvent): void => {
    switch (event.type) {
      case '@xstate.actor':
        // The actor itself is known once it starts.
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

  /** Reports the first snapshot of an actor now, unless it has already failed. */
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

  /** Viewers have received all of it. */
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

  /** Records the state of an actor seen for the first time; an ended one receives no more events. */
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

  /** Returns the recording of an actor's system; an empty one for a new system. */
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

  /** Drops ended systems, oldest first, then the older halves of the others' histories, until a quarter of the limit is free. */
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
    // Live actors are never dropped, however many there are.
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
