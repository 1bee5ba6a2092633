import { createWebSocketReceiver } from '@xstate/inspect';
import { hear, type Message, type Receiver } from '../model/message.ts';

/** Connects to the process that serves the page. */
export function connect(onMessage: (message: Message) => void, onEnd: () => void): Receiver {
  const receiver = whileSocketsAreWatched(onEnd, () =>
    createWebSocketReceiver({ server: `${location.host}${location.pathname}socket`, serialize: undefined }),
  );
  hear(receiver, onMessage);
  return receiver;
}

/** A receiver of `@xstate/inspect` keeps its socket private and doesn't report when it closes. */
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
