import { AsyncLocalStorage } from 'node:async_hooks';
import { watchAbort } from '../../runtime/abort-watch.ts';
import { deferred } from '../../runtime/deferred.ts';
import { raise } from '../../values/raise.ts';
import { WorkerThreadsClosedError } from './errors/worker-threads-closed-error.ts';
import { type Call, NotStarted, Thread, type ThreadSettings } from './thread.ts';

export interface PoolSettings extends ThreadSettings {
  readonly maxThreads: number;
}

/** Settles a waiting call with a thread or an error. */
type Waiting = (take: () => Thread) => void;

/** Where task functions find the threads of the executor that called them. */
export const poolOfAttempt = new AsyncLocalStorage<ThreadPool>();

/**
 * Assigns calls to threads, one at a time each, first in first out. It is written here because piscina 5 leaves waiting calls
 * hanging if a thread exits before all have started, tinypool 2 hangs when a thread exits, and neither reports when a thread
 * has ended.
 */
export class ThreadPool {
  readonly #settings: PoolSettings;
  /** The threads that have not ended. */
  readonly #threads = new Set<Thread>();
  readonly #idle = new Set<Thread>();
  readonly #waiting = new Set<Waiting>();
  #closed = false;

  constructor(settings: PoolSettings) {
    this.#settings = settings;
  }

  /** Calls a function in a thread; settles once it has returned there or its thread has ended. */
  async perform(call: Call): Promise<unknown> {
    let thread = await this.#take(call.signal);
    try {
      return await thread.perform(call);
    } catch (error) {
      if (!(error instanceof NotStarted)) {
        throw error;
      }
      // A fresh one can't fail this way.
      thread = this.#start();
      return await thread.perform(call);
    } finally {
      this.#release(thread);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const error = new WorkerThreadsClosedError();
    for (const settle of this.#waiting) {
      settle(() => raise(error));
    }
    await Promise.all(Array.from(this.#threads, (thread) => thread.end(error)));
  }

  #take(signal: AbortSignal): Thread | Promise<Thread> {
    const [idle] = this.#idle;
    if (idle !== undefined && !this.#closed) {
      this.#idle.delete(idle);
      return idle;
    }
    return this.#closed || this.#threads.size < this.#settings.maxThreads ? this.#start() : this.#wait(signal);
  }

  #start(): Thread {
    if (this.#closed) {
      throw new WorkerThreadsClosedError();
    }
    const thread = new Thread(this.#settings, () => {
      this.#threads.delete(thread);
      this.#idle.delete(thread);
    });
    this.#threads.add(thread);
    return thread;
  }

  async #wait(signal: AbortSignal): Promise<Thread> {
    const { promise, resolve } = deferred<() => Thread>();
    const settle: Waiting = (take) => {
      this.#waiting.delete(settle);
      resolve(take);
    };
    this.#waiting.add(settle);
    const unwatch = watchAbort(signal, () => settle(() => raise(signal.reason)));
    try {
      const take = await promise;
      return take();
    } finally {
      unwatch();
    }
  }

  #release(thread: Thread): void {
    if (this.#closed) {
      return;
    }
    const [next] = this.#waiting;
    if (next !== undefined) {
      const free = thread.hasEnded ? this.#start() : thread;
      next(() => free);
    } else if (!thread.hasEnded) {
      this.#idle.add(thread);
    }
  }
}
