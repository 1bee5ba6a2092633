import type { AnyStateMachine, StateValue } from 'xstate';
import type { AttemptSpan } from './attempts.ts';

/** Something that was sent to an actor. */
export interface ActorEvent {
  /** Milliseconds since 1970-01-01 UTC. */
  readonly at: number;
  readonly name: string;
  readonly data: unknown;
  /** The session of the actor it comes from. */
  readonly origin: string | undefined;
}

export type Status = 'active' | 'done' | 'error' | 'stopped';

/** An actor of the inspected process, as far as it is known. It changes as messages come; its version tells when. */
export interface Actor {
  readonly sessionId: string;
  readonly id: string;
  readonly parent: string | undefined;
  readonly src: string | undefined;
  readonly isMachine: boolean;
  readonly input: unknown;
  readonly machine: AnyStateMachine;
  readonly startedAt: number;
  readonly children: readonly Actor[];
  readonly events: ActorEvent[];
  /** Of a task alone: what it did when. */
  readonly spans: AttemptSpan[];
  endedAt: number | undefined;
  /** When something was last heard of it or of those below it. */
  latestAt: number;
  value: StateValue;
  context: unknown;
  status: Status;
  output: unknown;
  error: unknown;
  /** Counts what has changed in the actor and in those below it. */
  version: number;
}

/** The name of the state of a machine, without the states in it. */
export function topState(value: StateValue): string {
  return typeof value === 'string' ? value : Object.keys(value).join(', ');
}

/** The name of the state of a machine, with the states in it, such as `running.timed`. */
export function fullState(value: StateValue): string {
  if (typeof value === 'string') {
    return value;
  }
  const parts = Object.entries(value).map(([key, inner]) => {
    const rest = inner === undefined ? '' : fullState(inner);
    return rest === '' ? key : `${key}.${rest}`;
  });
  return parts.join(', ');
}
