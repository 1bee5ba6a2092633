import type { Happenings } from './happenings.ts';
import type { KnownActor } from './known-actor.ts';

/** What is known of an actor system, such as a job. */
export interface Recording {
  /** Tells the actors of systems apart, whose own names are the same in each: counted from 1 in this process. */
  readonly number: number;
  readonly system: object;
  /** The actors that have not stopped, by their session ids. */
  readonly actors: Map<string, KnownActor>;
  /** What has happened since messages were made. */
  readonly happenings: Happenings;
  /** What has happened before that, as viewers are told it. */
  messages: string[];
  /** Hears of messages that are new. */
  readonly onMessages: (messages: readonly string[]) => void;
  hasEnded: boolean;
}
