import { inspect } from '@xstate/inspect/lib/server.js';
import type { MachineConfig } from './machine-config.ts';

/** An event as XState 4 has it, and what this package adds. */
export interface EventMessage {
  readonly name: string;
  readonly data: unknown;
  readonly $$type: 'scxml';
  readonly type: 'external';
  /** The actor it comes from. */
  readonly origin?: string | undefined;
  readonly inspector: { readonly at: number; readonly status?: string; readonly output?: unknown; readonly error?: unknown };
}

/** A state as XState 4 has it. */
export interface StateMessage {
  readonly value: unknown;
  readonly context: unknown;
  readonly _event: EventMessage;
  readonly tags: readonly string[];
  readonly done: boolean;
  readonly children: object;
}

/** What `@xstate/inspect` takes for a running machine of XState 4. It never forgets one, so one that has stopped holds nothing. */
export class Service {
  readonly id: string;
  readonly sessionId: string;
  machine: MachineConfig | undefined;
  state: StateMessage | undefined;
  /** Is replaced by `@xstate/inspect`, which tells of each event that is sent. */
  send = (_: EventMessage): void => {};
  #onState = (_: StateMessage): void => {};
  readonly #onStop: (() => void)[] = [];

  constructor(id: string, sessionId: string, machine: MachineConfig, state: StateMessage) {
    this.id = id;
    this.sessionId = sessionId;
    this.machine = machine;
    this.state = state;
  }

  subscribe(listener: (state: StateMessage) => void): void {
    this.#onState = listener;
  }

  onStop(listener: () => void): void {
    this.#onStop.push(listener);
  }

  enter(state: StateMessage): void {
    this.state = state;
    this.#onState(state);
  }

  stop(): void {
    for (const listener of this.#onStop) {
      listener();
    }
    this.machine = undefined;
    this.state = undefined;
  }
}

/** Where `@xstate/inspect` looks for services. */
interface DevTools {
  register(service: Service): void;
}

const global = globalThis as { __xstate__?: DevTools };

let devTools: DevTools | undefined;
let told: string[] = [];

/**
 * Gives the messages that `@xstate/inspect` sends while something is done to services. It takes the place of a server with one viewer, since
 * `inspect` of version 0.8 lets anybody connect, ends the process at a message that is no JSON, and can be called only once.
 */
export function messagesWhile(action: (devTools: DevTools) => void): string[] {
  devTools ??= connect();
  told = [];
  action(devTools);
  return told;
}

function connect(): DevTools {
  const viewer = { readyState: 1, OPEN: 1, send: (text: string) => told.push(text) };
  const requestAll = (_: 'message', listener: (data: string, isBinary: boolean) => void) =>
    listener('{"type":"xstate.inspecting"}', false);
  const server = {
    clients: new Set([viewer]),
    on: (name: string, listener: (client: { on: typeof requestAll }) => void) =>
      name === 'connection' && listener({ on: requestAll }),
  };
  const { __xstate__: before } = global;
  inspect({ server: server as never });
  const { __xstate__: made } = global;
  // An application may have one of its own.
  if (before === undefined) {
    delete global.__xstate__;
  } else {
    global.__xstate__ = before;
  }
  return made as DevTools;
}
