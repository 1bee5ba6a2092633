import type { createWebSocketReceiver } from '@xstate/inspect';
import type { AnyStateMachine, StateValue } from 'xstate';
import type { Status } from './actor.ts';

/** Receives messages from the inspected process, and can send it events. */
export type Receiver = ReturnType<typeof createWebSocketReceiver>;

/** A parsed message of `@xstate/inspect`, with the parts of states and events that this package's bridge sends. */
export type Message =
  | {
      readonly type: 'service.register';
      readonly sessionId: string;
      readonly id: string;
      readonly machine: AnyStateMachine;
      readonly state: InspectedState;
    }
  | { readonly type: 'service.event'; readonly sessionId: string; readonly event: InspectedEvent }
  | { readonly type: 'service.state'; readonly sessionId: string; readonly state: InspectedState }
  | { readonly type: 'service.stop'; readonly sessionId: string };

export interface InspectedEvent {
  readonly name: string;
  readonly data: unknown;
  readonly origin?: string;
  readonly inspector: { readonly at: number };
}

export interface InspectedState {
  readonly value: StateValue;
  readonly context: unknown;
  readonly _event: {
    readonly data: { readonly type: string };
    readonly inspector: {
      readonly at: number;
      /** Absent while the actor is active. */
      readonly status?: Status;
      readonly output?: unknown;
      readonly error?: unknown;
    };
  };
}

/** Subscribes to the messages of a receiver. */
export function hear(receiver: Receiver, onMessage: (message: Message) => void): void {
  receiver.subscribe((message) => onMessage(message as unknown as Message));
}
