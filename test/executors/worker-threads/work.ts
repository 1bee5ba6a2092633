// What the tests call in threads. A `board` is shared memory, in which a thread writes what it does.
import { isMainThread, parentPort, threadId } from 'node:worker_threads';
import type { DependencyOutcome, JobEnding, TaskExecution, UndoExecution } from 'tintype';

export default function where(): { thread: number; inThread: boolean } {
  return { thread: threadId, inThread: !isMainThread };
}

export const notAFunction = 5;

export const add = ({ a, b }: { a: number; b: number }) => ({ sum: a + b });

export const keysOf = (context: object, { task, attempt }: TaskExecution) => ({ keys: Object.keys(context), task, attempt });

/** Describes how the dependencies ended. */
export const outcomesOf = (_: object, { outcomes }: TaskExecution<Readonly<Record<string, DependencyOutcome>>>) => ({
  isFrozen: Object.isFrozen(outcomes),
  outcomes: Object.entries(outcomes).map(([task, { state, error }]) => [
    task,
    state,
    error instanceof TypeError ? [error.message, (error as { code?: string }).code, String(error.cause)] : error,
  ]),
});

/** Writes on the board what an undo gets, and returns what can't be sent. */
export function noteUndo({ board, ...context }: { board: Int32Array }, execution: UndoExecution) {
  const { outcome, forwardKey, idempotencyKey, attemptKey, job, task, attempt } = execution;
  const shown =
    outcome.state === 'failed' ? { ...outcome, error: [String(outcome.error), outcome.error instanceof TypeError] } : outcome;
  const keys = { forwardKey, idempotencyKey, attemptKey };
  const text = new TextEncoder().encode(JSON.stringify({ context, ...keys, job, task, attempt, outcome: shown }));
  new Uint8Array(board.buffer).set(text, 8);
  Atomics.store(board, 1, text.length);
  return { notCloneable: () => {} };
}

/** Fails with the number of the attempt. */
export function failToUndo(_: object, { attempt }: UndoExecution): never {
  throw Object.assign(new Error(`undo ${attempt}`), { code: attempt });
}

/** Describes how the job ends. */
export const endingOf = (
  context: object,
  { ending, outcomes }: TaskExecution<Readonly<Record<string, DependencyOutcome>>> & { readonly ending: JobEnding },
) => ({
  seen: {
    keys: Object.keys(context),
    state: ending.state,
    failed: ending.failure?.task,
    error: String(ending.failure?.error),
    isFrozen: Object.isFrozen(ending),
    outcomes: Object.entries(outcomes),
  },
});

/** Counts for ever on the board, and never gives way. */
export function spin({ board }: { board: Int32Array }): { never: true } {
  Atomics.store(board, 1, threadId);
  for (;;) {
    Atomics.add(board, 0, 1);
  }
}

/** Counts until the result is not wanted any more, without giving way. */
export function spinWhileActive({ board }: { board: Int32Array }, { isActive, signal }: TaskExecution): { thread: number } {
  while (isActive()) {
    Atomics.add(board, 0, 1);
  }
  Atomics.store(board, 1, signal.aborted ? 2 : 1);
  return { thread: threadId };
}

/** Writes the reason of its signal. */
export async function untilAbort({ board }: { board: Int32Array }, { signal }: TaskExecution): Promise<void> {
  Atomics.store(board, 0, 1);
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  const { name, message, code } = signal.reason;
  const text = new TextEncoder().encode(JSON.stringify([signal.reason instanceof Error, name, message, code]));
  new Uint8Array(board.buffer).set(text, 8);
  Atomics.store(board, 1, text.length);
}

/** Says that it runs, how many run at most, and waits until the board lets it go. */
export function meet({ board }: { board: Int32Array }): { met: true } {
  const running = Atomics.add(board, 0, 1) + 1;
  for (let most = Atomics.load(board, 1); running > most; most = Atomics.load(board, 1)) {
    Atomics.compareExchange(board, 1, most, running);
  }
  Atomics.wait(board, 2, 0);
  Atomics.sub(board, 0, 1);
  return { met: true };
}

const never = (): Promise<undefined> =>
  new Promise(() => {
    setInterval(() => {}, 1000);
  });

export const crashes = {
  exit: (): never => process.exit(3),
  throwInTimer() {
    setTimeout(() => {
      throw new RangeError('in a timer');
    });
    return never();
  },
  rejectUnheard() {
    void Promise.reject(new Error('unheard'));
    return never();
  },
  needMemory(): never {
    const kept: unknown[] = [];
    for (;;) {
      kept.push(Array.from({ length: 1000 }, Math.random));
    }
  },
};

export const crash = ({ kind }: { kind: keyof typeof crashes }) => crashes[kind]();

export async function crashOnce(_context: object, { attempt }: TaskExecution): Promise<{ attempt: number }> {
  return attempt === 1 ? process.exit(0) : { attempt };
}

export function fail(): never {
  const cause = new RangeError('too far', { cause: { at: new Date(0) } });
  throw Object.assign(new TypeError('no such fruit', { cause }), { code: 'E_FRUIT' });
}

class Rotten extends Error {
  override readonly name = 'Rotten';
}

export function throwTypeError(): never {
  throw new TypeError('a mistake');
}

export function failToFetch(): never {
  throw new TypeError('fetch failed', { cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }) });
}

export function failInACircle(): never {
  const error = new Rotten('rotten');
  error.cause = new Error('the cause', { cause: error });
  throw error;
}

export function throwText(): never {
  // biome-ignore lint/style/useThrowOnlyError: this is what is tested
  throw 'only a text';
}

export function throwFunction(): never {
  throw throwText;
}

export function throwUnreadable(): never {
  throw Object.defineProperty(new Error('unreadable'), 'code', { get: throwText });
}

export const values = () => ({
  map: new Map([['a', new Set([1])]]),
  date: new Date(5),
  big: 2n ** 70n,
  bytes: new Uint8Array([1, 2]),
  nothing: undefined,
});

export const uncloneable = () => ({ list: [1, { 'the key': () => {} }] });

export const array = () => [1];

/** Leaves a timer behind that throws when the attempt is over. */
export function leaveTimer(): { thread: number } {
  setTimeout(() => {
    throw new Error('left behind');
  });
  return { thread: threadId };
}

export function postOwnMessages(): { own: true } {
  parentPort?.postMessage(null);
  parentPort?.postMessage({ type: 'returned', value: {} });
  return { own: true };
}

/** Writes on the board whether it is wanted, 1, or not, 2. */
export function noteActive({ board }: { board: Int32Array }, { isActive }: TaskExecution): void {
  Atomics.store(board, 0, isActive() ? 1 : 2);
  Atomics.notify(board, 0);
}
