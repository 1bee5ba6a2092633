// Functions that harm the thread they run in, or its owner if it trusts the thread.
import { MessagePort, parentPort, threadId } from 'node:worker_threads';
import type { TaskExecution } from 'tintype';

/** The port of tintype, which only such tricks can find. */
const tintypePort = (): MessagePort & { removeAllListeners(event: string): void } =>
  (process as unknown as { _getActiveHandles(): unknown[] })
    ._getActiveHandles()
    .find((one) => one instanceof MessagePort) as never;

const never = (): Promise<undefined> =>
  new Promise(() => {
    setInterval(() => {}, 1000);
  });

const answers = {
  'an error that is null': { call: 1, type: 'threw', error: null },
  'an error that is damaged': { call: 1, type: 'threw', error: '1 [["Error",1],{}]' },
  'no type': { call: 1 },
  'an unknown type': { call: 1, type: 'completed', value: {} },
  'a missing path': { call: 1, type: 'notCloneable' },
  'a reason that is no text': { call: 1, type: 'notLoaded', why: {} },
};

export type Forged = keyof typeof answers;
export const FORGED = Object.keys(answers) as Forged[];

/** Forges an answer in its first attempt. */
export function forge({ forged }: { forged: Forged }, { attempt }: TaskExecution) {
  if (attempt > 1) {
    return { attempt };
  }
  tintypePort().postMessage(answers[forged]);
  return never();
}

/** Sends what are no answers to its call, and the same over `parentPort`. */
export function chatter() {
  for (const message of [null, undefined, 5, 'text', [], { call: 0 }, { call: 2, type: 'returned', value: {} }]) {
    tintypePort().postMessage(message);
    parentPort?.postMessage(message);
  }
  for (const answer of Object.values(answers)) {
    parentPort?.postMessage(answer);
  }
  return { thread: threadId };
}

export function answerTwice() {
  tintypePort().postMessage({ call: 1, type: 'returned', value: { answer: 'first' } });
  return { answer: 'second' };
}

export function flood(_context: object, { attempt }: TaskExecution) {
  for (let count = 0; attempt === 1; count += 1) {
    parentPort?.postMessage({ count });
  }
  return { attempt };
}

/** What makes a thread useless for the next call; a timer keeps it alive. */
const poisons = {
  'no listener': () => tintypePort().removeAllListeners('message'),
  'an endless loop': () => {
    Atomics.compareExchange = () => {
      for (;;) {}
    };
  },
  'an endless loop of microtasks': () => {
    const again = (): unknown => Promise.resolve().then(again);
    again();
  },
  'an exit as soon as the next call arrives': () => {
    Atomics.compareExchange = () => process.exit(0);
  },
  'an error as soon as the next call arrives': () => {
    Atomics.compareExchange = () => {
      throw new Error('poisoned');
    };
  },
};

export type Poison = keyof typeof poisons;
export const POISONS = Object.keys(poisons) as Poison[];

export function poison({ poison }: { poison: Poison }) {
  setInterval(() => {}, 1000);
  poisons[poison]();
  return { poisoned: threadId };
}

/** Breaks what the thread needs to start a call, and hears the error. */
export function breakGlobals() {
  process.on('unhandledRejection', () => {});
  process.exit = (() => {}) as never;
  globalThis.AbortController = undefined as never;
  return { broken: true };
}

export function leaveNull() {
  setTimeout(() => {
    // biome-ignore lint/style/useThrowOnlyError: this is what is tested
    throw null;
  });
  return {};
}

export const where = () => ({ thread: threadId });
