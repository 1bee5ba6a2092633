import type { InspectedActor, InspectedNode, InspectedSnapshot } from './inspected.ts';

/** What is kept of an actor, so the actor itself and everything it references can be collected. */
export interface KnownActor {
  readonly id: string;
  readonly sessionId: string;
  readonly parent: string | undefined;
  readonly src: unknown;
  readonly input: unknown;
  /** The root node of its machine, if it is one. */
  readonly root: InspectedNode | undefined;
  /** The actor, if events may be sent to it. */
  readonly ref: InspectedActor | undefined;
  /** Whether viewers know about it. */
  isTold: boolean;
  hasStopped: boolean;
  /** Its state before the first kept happening, if happenings were dropped before viewers received them. */
  forgotten: Happening | undefined;
}

/** What happened to an actor. */
export interface Happening {
  readonly actor: KnownActor;
  /** Milliseconds since 1970-01-01 UTC, by its system's clock. */
  readonly at: number;
  readonly event: { readonly type: string };
  /** The sender of an event received now; undefined if it was received earlier, null if it has no sender. */
  readonly origin: string | null | undefined;
  /** The actor's state after processing the event; undefined if other things happen first. */
  readonly value: unknown;
  readonly context: unknown;
  /** Other parts of the snapshot, if there are any. */
  readonly more: Pick<InspectedSnapshot, 'status' | 'tags' | 'output' | 'error'> | undefined;
}
