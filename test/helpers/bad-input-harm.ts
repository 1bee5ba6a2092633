import type { TestFn } from 'ava';
import { settle } from './simulated-time.ts';

const EVENTS = ['uncaughtException', 'unhandledRejection', 'warning'] as const;

/** Checks when all tests of a file are done that none made a process event fire, and that none touched a prototype. */
export function watchForHarm(test: TestFn): void {
  const seen: string[] = [];
  for (const event of EVENTS) {
    process.on(event, (error: unknown) => seen.push(`${event}: ${error instanceof Error ? error.message : typeof error}`));
  }
  const prototypes = [Object.prototype, Array.prototype, Function.prototype, Promise.prototype, Map.prototype, Error.prototype];
  const before = prototypes.map((prototype) => Reflect.ownKeys(prototype));
  test.after.always('no process event fired, and no prototype was touched', async (t) => {
    await allTurns();
    t.deepEqual(seen, []);
    t.deepEqual(
      prototypes.map((prototype) => Reflect.ownKeys(prototype)),
      before,
    );
    t.false('polluted' in {});
  });
}

/** Gives the process events that fire while something is done, kept from whoever else listens. Only for serial tests. */
export async function processEventsOf(action: () => unknown): Promise<string[]> {
  const seen: string[] = [];
  const restore = EVENTS.map((event) => {
    const others = process.rawListeners(event);
    const listener = (error: unknown) => seen.push(`${event}: ${error instanceof Error ? error.message : String(error)}`);
    process.removeAllListeners(event);
    process.on(event as 'warning', listener);
    return () => {
      process.removeListener(event, listener);
      for (const other of others) {
        process.on(event as 'warning', other as () => void);
      }
    };
  });
  try {
    await action();
    await allTurns();
  } finally {
    for (const undo of restore) {
      undo();
    }
  }
  return seen;
}

/** Lets pass what is due: XState rethrows errors that nobody handles in a timer of no delay. */
async function allTurns(): Promise<void> {
  await settle();
  await new Promise((resolve) => setTimeout(resolve, 0));
  await settle();
}

/** Gives what a promise resolves to, or `'pending'` if it has not settled after some turns of the event loop. */
export async function soon<T>(promise: PromiseLike<T>): Promise<T | 'pending'> {
  const late = async (): Promise<'pending'> => {
    for (let turn = 0; turn < 20; turn += 1) {
      await settle();
    }
    return 'pending';
  };
  return Promise.race([promise, late()]);
}
