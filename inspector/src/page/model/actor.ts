import type { AnyStateMachine, StateValue } from 'xstate';
import type { AttemptSpan } from './attempts.ts';

/** An event an actor received. */
export interface ActorEvent {
  /** Milliseconds since 1970-01-01 UTC. */
  readonly at: number;
  readonly name: string;
  readonly data: unknown;
  /** The session id of the sender. */
  readonly origin: string | undefined;
}

export type Status = 'active' | 'done' | 'error' | 'stopped';

/** What is known about an actor of the inspected process. It is updated in place; `version` counts the updates. */
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
  /** Only for tasks: the timeline of what it did. */
  readonly spans: AttemptSpan[];
  /** Only for tasks: whether this is the undo of another one. */
  readonly isUndo: boolean;
  /** Only for tasks: their undo, once it is known to be due. */
  undo: Actor | undefined;
  endedAt: number | undefined;
  /** The time of the latest message about this actor or its descendants. */
  latestAt: number;
  value: StateValue;
  context: unknown;
  status: Status;
  output: unknown;
  error: unknown;
  /** Counts changes to this actor and its descendants. */
  version: number;
}

/** The name of a machine's top-level state. */
export function topState(value: StateValue): string {
  return typeof value === 'string' ? value : Object.keys(value).join(', ');
}

/** The full path of a machine's state, such as `running.timed`. */
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
