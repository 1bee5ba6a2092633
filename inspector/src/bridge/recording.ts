import type { KnownActor } from './happening.ts';
import type { Happenings } from './happenings.ts';

/** A message, as viewers receive it. */
export interface Message {
  readonly actor: KnownActor;
  readonly type: 'service.register' | 'service.event' | 'service.state' | 'service.stop';
  readonly text: string;
}

/** What is known about an actor system, such as a job. */
export interface Recording {
  /** Distinguishes the actors of different systems, whose session ids overlap: counted from 1 in this process. */
  readonly number: number;
  /** The actors that have not stopped, by session id. */
  readonly actors: Map<string, KnownActor>;
  /** What has happened since the last messages were built. */
  readonly happenings: Happenings;
  /** What happened before that, as messages for viewers. */
  messages: Message[];
  /** Called with new messages. */
  readonly onMessages: (messages: readonly Message[]) => void;
  /** Whether it has news that viewers haven't received. */
  isNews: boolean;
  hasEnded: boolean;
  isForgotten: boolean;
}

export const sizeOf = ({ happenings, messages }: Recording): number => happenings.length + messages.length;

/** Drops the older half of a system's history, but keeps the state of its actors at that point. */
export function forgetHalf(recording: Recording): void {
  const { happenings } = recording;
  const count = Math.ceil(happenings.length / 2);
  for (let index = 0; index < count; index += 1) {
    const happening = happenings.at(index);
    if (happening.value !== undefined) {
      happening.actor.forgotten = happening;
    }
  }
  happenings.drop(count);
  recording.messages = newerHalf(recording.messages);
}

function newerHalf(messages: readonly Message[]): Message[] {
  const count = Math.ceil(messages.length / 2);
  const registered = new Map<KnownActor, Message>();
  const last = new Map<KnownActor, Message>();
  for (const message of messages.slice(0, count)) {
    const { actor, type } = message;
    if (actor.hasStopped) {
      continue;
    }
    if (type === 'service.register') {
      registered.set(actor, message);
    } else if (type === 'service.state') {
      last.set(actor, message);
    }
  }
  return [...registered.values(), ...last.values(), ...messages.slice(count)];
}
