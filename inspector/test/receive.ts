import { createWindowReceiver, type ParsedReceiverEvent } from '@xstate/inspect';

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
