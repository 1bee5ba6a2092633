import type { ExecutionContext } from 'ava';
import { inThread, type ThreadFunction, type WorkerThreadsOptions, workerThreads } from 'tintype/worker-threads';
import { settle } from '../../helpers/simulated-time.ts';
import type * as work from './work.ts';

type Work = typeof work;
type WorkName = { [Name in keyof Work]: Work[Name] extends ThreadFunction ? Name : never }[keyof Work];

export const MODULE = new URL('./work.ts', import.meta.url);

/** The `run` of a task that calls an export of `work.ts` in a thread. */
export const atWork = <Name extends WorkName>(name: Name) => inThread<Extract<Work[Name], ThreadFunction>>(options(name));

// biome-ignore lint/suspicious/noExplicitAny: the type of the options is conditional on the name
const options = (name: string): any => ({ module: MODULE, export: name });

/** Threads that are closed at the end of the test. */
export function threadsFor(t: ExecutionContext, given: WorkerThreadsOptions = {}) {
  const threads = workerThreads({ maxThreads: 1, grace: 1, ...given });
  t.teardown(threads.close);
  return threads;
}

/** Shared memory, in which threads write what they do. */
export const makeBoard = (): Int32Array => new Int32Array(new SharedArrayBuffer(1024));

/** Waits until a thread has written something. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    await settle();
  }
}

/** Lets those go that wait on a board. */
export function letGo(board: Int32Array): void {
  Atomics.store(board, 2, 1);
  Atomics.notify(board, 2);
}
