import type { WebSocket } from 'ws';
import { nameOf, tell } from '../bridge/bridge.ts';
import type { Recorder } from '../bridge/recorder.ts';
import type { Message } from '../bridge/recording.ts';
import { readViewerMessage } from './viewer-message.ts';

/** How long viewers wait for news, so that news can gather, in milliseconds. */
const PAUSE = 20;
/** How long the process is kept busy with news, and how long it is left alone then if there are more, in milliseconds. */
const AT_ONCE = 10;
const BREATH = 3;
/** A viewer that has so many bytes to take yet does not take them any more. */
const MOST_BYTES_WAITING = 512 * 2 ** 20;
/** A viewer that says so much that makes no sense is none. */
const MOST_MISTAKES = 100;

/** Those who look at what a recorder keeps. While there are none, nothing is made of it. */
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

  /** Does what a viewer says, if it says something that it may say. */
  #hear(viewer: WebSocket, text: string): boolean {
    const message = readViewerMessage(text);
    if (message?.type === 'xstate.inspecting') {
      this.#show(viewer);
      return true;
    }
    return message !== undefined && this.#allowControl && this.#send(message.target, message.event);
  }

  /** Tells a viewer all that has happened, and from now on what happens. */
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

/** An actor may refuse what it does not know. */
function sendSafely(send: () => void): boolean {
  try {
    send();
    return true;
  } catch {
    return false;
  }
}
