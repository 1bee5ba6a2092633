import { createWebSocketReceiver } from '@xstate/inspect';
import { hear, type Message, type Receiver } from '../model/message.ts';

/** Asks the process that serves the page what happens in it. */
export function connect(onMessage: (message: Message) => void, onEnd: () => void): Receiver {
  const receiver = whileSocketsAreWatched(onEnd, () =>
    createWebSocketReceiver({ server: `${location.host}${location.pathname}socket`, serialize: undefined }),
  );
  hear(receiver, onMessage);
  return receiver;
}

/** A receiver of `@xstate/inspect` keeps its socket to itself, and does not tell of its end. */
function whileSocketsAreWatched<T>(onEnd: () => void, action: () => T): T {
  const { WebSocket } = globalThis;
  globalThis.WebSocket = class extends WebSocket {
    constructor(url: string | URL) {
      super(url);
      this.addEventListener('close', onEnd);
    }
  };
  try {
    return action();
  } finally {
    globalThis.WebSocket = WebSocket;
  }
}
