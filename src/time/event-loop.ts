import { Fifo } from '../values/fifo.ts';

// Taken when this file is loaded: fake timers that a test installs later don't replace it.
const { setTimeout } = globalThis;

/** Milliseconds on a monotonic clock. Node.js would take a millisecond to load `performance`. */
function now(): number {
  const { process: { hrtime } = {} } = globalThis as { process?: Partial<NodeJS.Process> };
  if (hrtime === undefined) {
    return performance.now();
  }
  const [seconds, nanoseconds] = hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

/** How long jobs may work before the event loop has to turn, in milliseconds. */
const LONGEST = 10;
/** How many outcomes they may handle before that, in case time stands still. */
const MOST = 1000;

/** Callbacks that wait for the event loop to turn. */
const waiting = /* @__PURE__ */ new Fifo<() => void>();
/** When the event loop last turned, as far as anyone has noticed. */
let turnedAt: number | undefined;
let outcomes = 0;
/** When a macrotask was requested, which has yet to run. */
let requestedAt: number | undefined;

/** Counts an outcome that some job handles. */
export function countOutcome(): void {
  outcomes += 1;
}

/**
 * Whether the jobs of this process have worked for so long that timers and signals should get a turn. It takes two calls to notice, since
 * the time before the first may have been spent waiting. Under fake timers only outcomes count: a test that advances them expects the job to
 * have done everything it can by then, however busy the machine is.
 */
export function isPauseDue(): boolean {
  if (outcomes >= MOST) {
    return true;
  }
  const time = now();
  // Fake timers that are gone by now may have been ahead.
  turnedAt = Math.min(turnedAt ?? time, time);
  if (requestedAt !== undefined) {
    requestedAt = Math.min(requestedAt, time);
    return time - requestedAt >= LONGEST && !isFake(globalThis.setTimeout);
  }
  if (time - turnedAt >= LONGEST || outcomes >= MOST / 2) {
    requestMacrotask(time);
  }
  return false;
}

/** Whether a function like `setTimeout` belongs to Sinon's fake timers, which Jest and Vitest use too. */
export const isFake = (timer: object): boolean => Object.hasOwn(timer, 'clock');

/** Calls back once the event loop has turned. */
export function afterPause(then: () => void): void {
  waiting.push(then);
  if (requestedAt === undefined) {
    requestMacrotask(now());
  }
}

/** Calls back once answers that have already arrived have been read, even if timers of a fake clock fire one after another. */
export function afterAnswers(then: () => void): void {
  afterPause(() => void Promise.resolve().then(() => afterPause(then)));
}

/** Whether something waits for the event loop to turn. */
export const isPausing = (): boolean => waiting.size > 0;

function requestMacrotask(time: number): void {
  requestedAt = time;
  const { MessageChannel } = globalThis;
  if (MessageChannel === undefined) {
    setTimeout(goOn, 0);
    return;
  }
  // Fake timers don't replace it. A new channel each time: Node.js delivers the messages of one port without letting timers fire in between.
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    goOn();
  };
  port2.postMessage(undefined);
}

function goOn(): void {
  requestedAt = undefined;
  outcomes = 0;
  turnedAt = now();
  const end = turnedAt + LONGEST;
  try {
    for (let next = waiting.shift(); next !== undefined; next = now() < end ? waiting.shift() : undefined) {
      next();
    }
  } finally {
    if (waiting.size > 0 && requestedAt === undefined) {
      requestMacrotask(now());
    }
  }
}
