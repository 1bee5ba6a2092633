import { Happenings } from './happenings.ts';
import type { InspectedActor, InspectedEvent, Sent, Stepped } from './inspected.ts';
import type { KnownActor } from './known-actor.ts';
import type { Recording } from './recording.ts';

const recorded = new WeakMap<object, Recording>();
let count = 0;

/** What is known of a system in this process, if it is recorded. */
export const recordingOf = (system: object): Recording | undefined => recorded.get(system);

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
  readonly #recordings = new WeakMap<object, Recording>();
  readonly #options: RecorderOptions;
  /** Hears that something has happened. */
  onNews = (): void => {};
  /** Hears of messages that are new. */
  onMessages = (_: readonly string[]): void => {};
  #last: Recording | undefined;
  #size = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  readonly inspect = (event: InspectedEvent): void => {
    switch (event.type) {
      case '@xstate.actor':
        // Its first snapshot is told when it starts.
        this.#know(this.recordingOf(event.actorRef as InspectedActor), event.actorRef as InspectedActor);
        return;
      case '@xstate.event':
        this.#noteEvent(event as Sent);
        return;
      case '@xstate.snapshot':
        this.#noteState(event as Stepped);
    }
  };

  #noteEvent({ actorRef, sourceRef, event }: Sent): void {
    const recording = this.recordingOf(actorRef);
    recording.happenings.addEvent(this.#actorIn(recording, actorRef), timeOf(actorRef), event, sourceRef?.sessionId ?? null);
    this.#count();
  }

  #noteState({ actorRef, event, snapshot }: Stepped): void {
    const recording = this.recordingOf(actorRef);
    const { happenings, actors } = recording;
    const actor = this.#actorIn(recording, actorRef);
    happenings.addState(actor, timeOf(actorRef), event, snapshot);
    if (snapshot.status !== 'active') {
      if (actor.parent === undefined) {
        recording.hasEnded = true;
      } else {
        actors.delete(actor.sessionId);
      }
    }
    this.#count();
  }

  #count(): void {
    this.#size += 1;
    if (this.#size > this.#options.limit) {
      this.#forget();
    }
    this.onNews();
  }

  /** Gives what is known of an actor; of one that is heard of for the first time, how it stands is noted. */
  #actorIn(recording: Recording, actorRef: InspectedActor): KnownActor {
    const known = recording.actors.get(actorRef.sessionId);
    if (known !== undefined) {
      return known;
    }
    const actor = this.#know(recording, actorRef);
    recording.happenings.addState(actor, timeOf(actorRef), INIT, actorRef.getSnapshot());
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
    };
    recording.actors.set(sessionId, actor);
    return actor;
  }

  /** Gives what is known of the system of an actor; nothing yet, of a new one. */
  recordingOf({ system }: Pick<InspectedActor, 'system'>): Recording {
    if (this.#last?.system === system) {
      return this.#last;
    }
    const recording = this.#recordings.get(system) ?? this.#begin(system);
    this.#last = recording;
    return recording;
  }

  #begin(system: object): Recording {
    count += 1;
    const recording: Recording = {
      number: count,
      system,
      actors: new Map(),
      happenings: new Happenings(),
      messages: [],
      onMessages: (messages) => this.onMessages(messages),
      hasEnded: false,
    };
    this.#recordings.set(system, recording);
    this.kept.add(recording);
    recorded.set(system, recording);
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
      oldest.happenings.drop(Math.ceil(oldest.happenings.length / 2));
      oldest.messages = newerHalf(oldest.messages);
    }
    this.#size = [...this.kept].reduce((sum, one) => sum + one.happenings.length + one.messages.length, 0);
  }
}

const INIT = { type: 'xstate.init' };

const timeOf = ({ clock }: InspectedActor): number => (clock?.now === undefined ? Date.now() : clock.now());

const first = (set: ReadonlySet<Recording>): Recording => set.values().next().value as Recording;

/** Without what tells of actors, the rest would be of no use. */
const newerHalf = (messages: readonly string[]): string[] =>
  messages.filter((text, index) => index >= messages.length / 2 || text.startsWith('{"type":"service.register"'));
