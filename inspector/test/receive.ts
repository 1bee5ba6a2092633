import { createWebSocketReceiver, createWindowReceiver, type ParsedReceiverEvent } from '@xstate/inspect';

export type { ParsedReceiverEvent };

/** Reads messages as a page does, by the receiver of `@xstate/inspect` with its XState 4. */
export function receive(messages: readonly string[]): ParsedReceiverEvent[] {
  let hear = (_: { data: unknown }): void => {};
  const window = {
    addEventListener: (_: string, listener: typeof hear) => {
      hear = listener;
    },
    removeEventListener: () => {},
  };
  const received: ParsedReceiverEvent[] = [];
  const targetWindow = { postMessage: () => {} };
  createWindowReceiver({ window, targetWindow } as never).subscribe((event) => received.push(event));
  for (const text of messages) {
    hear({ data: JSON.parse(text) });
  }
  return received;
}

/** Connects to an inspector as any client of `@xstate/inspect` can. */
export function receiveFrom(url: string, onEvent: (event: ParsedReceiverEvent) => void): void {
  const { host, pathname } = new URL(url);
  createWebSocketReceiver({ server: `${host}${pathname}socket`, serialize: undefined }).subscribe(onEvent);
}
