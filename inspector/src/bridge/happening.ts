import type { InspectedActor, InspectedNode, InspectedSnapshot } from './inspected.ts';

/** What is kept of an actor; the actor itself, and all that hangs on it, can go. */
export interface KnownActor {
  readonly id: string;
  readonly sessionId: string;
  readonly parent: string | undefined;
  readonly src: unknown;
  readonly input: unknown;
  /** Its machine, if it is one. */
  readonly root: InspectedNode | undefined;
  /** Where it may be sent events. */
  readonly ref: InspectedActor | undefined;
  /** Whether viewers know of it. */
  isTold: boolean;
  hasStopped: boolean;
  /** How it stood before the first happening that is kept, where some of it are forgotten that viewers were not told. */
  forgotten: Happening | undefined;
}

/** What happened to an actor. */
export interface Happening {
  readonly actor: KnownActor;
  /** Milliseconds since 1970-01-01 UTC, as the clock of its system tells it. */
  readonly at: number;
  readonly event: { readonly type: string };
  /** From where the actor gets the event now; undefined when it has got it before, null when it is from nowhere. */
  readonly origin: string | null | undefined;
  /** Where the actor is when it has taken the event; undefined when other things happen before that. */
  readonly value: unknown;
  readonly context: unknown;
  /** Where there is more to tell than that. */
  readonly more: Pick<InspectedSnapshot, 'status' | 'tags' | 'output' | 'error'> | undefined;
}
