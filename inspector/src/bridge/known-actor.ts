import type { InspectedActor, InspectedNode } from './inspected.ts';

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
}
