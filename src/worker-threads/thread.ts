import { extname } from 'node:path';
import { type ResourceLimits, Worker } from 'node:worker_threads';
import { watchAbort } from '../runtime/abort-watch.ts';
import { BOOTSTRAP } from './bootstrap.ts';
import { NotCloneableError } from './errors/not-cloneable-error.ts';
import { WorkerCrashedError } from './errors/worker-crashed-error.ts';
import { WorkerModuleError } from './errors/worker-module-error.ts';
import { findUncloneable } from './find-uncloneable.ts';
import type { Answer, Request, ThreadData, Work } from './messages.ts';
import { packError, unpackError } from './sent-error.ts';

export interface ThreadSettings {
  /** In milliseconds. */
  readonly grace: number;
  readonly resourceLimits: ResourceLimits;
}

/** One call of a function in a thread. */
export interface Call extends Work {
  /** How error messages refer to the input. */
  readonly inputName: 'context' | 'input';
  readonly signal: AbortSignal;
}

interface OpenCall {
  readonly number: number;
  readonly work: Work;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

const PROGRAM = new URL(`./thread-program${extname(import.meta.filename)}`, import.meta.url).href;

/** A thread that makes one call at a time. */
export class Thread {
  readonly #grace: number;
  readonly #wanted = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #worker: Worker;
  #calls = 0;
  #open: OpenCall | undefined;
  /** The uncaught error of its code. */
  #uncaught: ErrorOptions | undefined;
  /** Why it was told to end. */
  #ending: { readonly error: unknown } | undefined;
  #ended = false;

  /** @param onEnd called before the pending call settles */
  constructor({ grace, resourceLimits }: ThreadSettings, onEnd: () => void) {
    this.#grace = grace;
    const workerData: ThreadData = { program: PROGRAM, tsx: findTsx(), wanted: this.#wanted };
    this.#worker = new Worker(BOOTSTRAP, { name: 'tintype', workerData, resourceLimits });
    this.#worker.on('message', (answer: Answer) => this.#settle(answer));
    this.#worker.on('error', (cause) => {
      this.#uncaught = { cause };
    });
    this.#worker.on('exit', (exitCode) => {
      this.#ended = true;
      onEnd();
      this.#fail(exitCode);
    });
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Settles once the function has returned or the thread has ended. Meanwhile the thread keeps the process alive. */
  async perform({ signal, inputName, ...work }: Call): Promise<unknown> {
    signal.throwIfAborted();
    const number = this.#calls + 1;
    try {
      this.#post({ type: 'call', call: number, work });
    } catch (error) {
      const { path, got } = findUncloneable(work.input, inputName);
      throw new NotCloneableError(work.task, path, got, error);
    }
    this.#calls = number;
    Atomics.store(this.#wanted, 0, number);
    this.#worker.ref();
    let timer: NodeJS.Timeout | undefined;
    const unwatch = watchAbort(signal, () => {
      Atomics.store(this.#wanted, 0, 0);
      this.#post({ type: 'abort', call: number, reason: packError(signal.reason) });
      timer = setTimeout(() => void this.end(signal.reason), this.#grace);
    });
    try {
      return await new Promise((resolve, reject) => {
        this.#open = { number, work, resolve, reject };
      });
    } finally {
      unwatch();
      clearTimeout(timer);
      Atomics.store(this.#wanted, 0, 0);
      this.#worker.unref();
    }
  }

  /** Terminates the thread at once; its pending call rejects with `error`. Resolves once the thread has ended. */
  async end(error: unknown): Promise<void> {
    this.#ending ??= { error };
    await this.#worker.terminate();
  }

  #post(request: Request): void {
    this.#worker.postMessage(request);
  }

  #settle(answer: Answer): void {
    const open = this.#open;
    // Code in a thread can send other messages.
    if (open === undefined || answer?.call !== open.number) {
      return;
    }
    this.#open = undefined;
    if (answer.type === 'returned') {
      open.resolve(answer.value);
    } else {
      open.reject(errorOf(answer, open.work));
    }
  }

  #fail(exitCode: number): void {
    const open = this.#open;
    this.#open = undefined;
    if (this.#ending !== undefined) {
      open?.reject(this.#ending.error);
    } else if (open !== undefined) {
      open.reject(new WorkerCrashedError(open.work.task, exitCode, this.#uncaught));
    } else if (this.#uncaught !== undefined) {
      // Left over from an ended attempt in an idle thread.
      process.emitWarning(this.#uncaught.cause as Error);
    }
  }
}

function errorOf(answer: Exclude<Answer, { type: 'returned' }>, { task, module, export: name }: Work): unknown {
  switch (answer.type) {
    case 'threw':
      return unpackError(answer.error);
    case 'notCloneable':
      return new NotCloneableError(task, answer.path, answer.got, unpackError(answer.error));
    case 'notLoaded':
      return new WorkerModuleError(task, module, name, answer.why, answer.error && { cause: unpackError(answer.error) });
  }
}

function findTsx(): string | undefined {
  try {
    return import.meta.resolve('tsx/esm/api');
  } catch {
    return undefined;
  }
}
