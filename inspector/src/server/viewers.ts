import type { WebSocket } from 'ws';
import { nameOf, tell } from '../bridge/bridge.ts';
import type { Recorder } from '../bridge/recorder.ts';
import type { Message } from '../bridge/recording.ts';
import { readViewerMessage } from './viewer-message.ts';

/** How long to collect news before sending it, in milliseconds. */
const PAUSE = 20;
/** How long to work on news at a time, and how long to pause if there is more, in milliseconds. */
const AT_ONCE = 10;
const BREATH = 3;
/** A viewer with this many unsent bytes is disconnected. */
const MOST_BYTES_WAITING = 512 * 2 ** 20;
/** A viewer that sends more invalid messages than this is disconnected. */
const MOST_MISTAKES = 100;

/** The viewers of a recorder. Without viewers, no messages are built. */
export class Viewers {
  readonly #recorder: Recorder;
  readonly #allowControl: boolean;
  readonly #watching = new Set<WebSocket>();
  #timer: NodeJS.Timeout | undefined;

  constructor(recorder: Recorder, allowControl: boolean) {
    this.#recorder = recorder;
    this.#allowControl = allowControl;
    recorder.onNews = () => this.#wait();
    recorder.onMessages = (messages) => this.#broadcast(messages);
  }

  add(viewer: WebSocket): void {
    let mistakes = 0;
    viewer.on('error', () => viewer.terminate());
    viewer.on('close', () => this.#watching.delete(viewer));
    viewer.on('message', (data, isBinary) => {
      if (isBinary || !this.#hear(viewer, data.toString())) {
        mistakes += 1;
      }
      if (mistakes > MOST_MISTAKES) {
        viewer.close(1008, 'Too many invalid messages');
      }
    });
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#recorder.onNews = () => {};
    this.#recorder.onMessages = () => {};
  }

  /** Handles a message from a viewer; returns whether it was valid and allowed. */
  #hear(viewer: WebSocket, text: string): boolean {
    const message = readViewerMessage(text);
    if (message?.type === 'xstate.inspecting') {
      this.#show(viewer);
      return true;
    }
    return message !== undefined && this.#allowControl && this.#send(message.target, message.event);
  }

  /** Sends a viewer the history, and everything that happens from now on. */
  #show(viewer: WebSocket): void {
    if (this.#watching.has(viewer)) {
      return;
    }
    for (const { messages } of this.#recorder.kept) {
      for (const { text } of messages) {
        viewer.send(text);
      }
    }
    this.#watching.add(viewer);
    this.#wait();
  }

  #send(target: string, event: { readonly type: string }): boolean {
    for (const recording of this.#recorder.kept) {
      for (const { ref, sessionId } of recording.actors.values()) {
        if (ref !== undefined && nameOf(recording.number, sessionId) === target) {
          return sendSafely(() => ref.send(event));
        }
      }
    }
    return false;
  }

  #wait(pause = PAUSE): void {
    if (this.#watching.size > 0) {
      this.#timer ??= setTimeout(() => this.#tellNews(), pause);
    }
  }

  #tellNews(): void {
    this.#timer = undefined;
    const until = performance.now() + AT_ONCE;
    const isTime = () => performance.now() > until;
    for (const recording of this.#recorder.news) {
      if (tell(recording, isTime)) {
        this.#recorder.noteTold(recording);
      }
      if (isTime()) {
        this.#wait(BREATH);
        return;
      }
    }
  }

  #broadcast(messages: readonly Message[]): void {
    for (const viewer of this.#watching) {
      for (const { text } of messages) {
        viewer.send(text);
      }
      if (viewer.bufferedAmount > MOST_BYTES_WAITING) {
        viewer.terminate();
      }
    }
  }
}

/** An actor may throw on an unknown event. */
function sendSafely(send: () => void): boolean {
  try {
    send();
    return true;
  } catch {
    return false;
  }
}
