import type { Actor } from './actor.ts';

export interface Cause {
  readonly failedTask?: string;
  readonly holds?: boolean;
  readonly reason?: unknown;
  readonly error?: unknown;
}

/** The data of the last event with a name. */
export const causeIn = (events: Actor['events'], event: string): Cause =>
  (events.findLast(({ name }) => name === event)?.data ?? {}) as Cause;
