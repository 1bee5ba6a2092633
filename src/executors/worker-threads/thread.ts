import { MessageChannel, type MessagePort, type ResourceLimits, receiveMessageOnPort, Worker } from 'node:worker_threads';
import * as v from 'valibot';
import { watchAbort } from '../../runtime/abort-watch.ts';
import { describeValue } from '../../values/describe-value.ts';
import { BOOTSTRAP } from './bootstrap.ts';
import { NotCloneableError } from './errors/not-cloneable-error.ts';
import { WorkerCrashedError } from './errors/worker-crashed-error.ts';
import { WorkerModuleError } from './errors/worker-module-error.ts';
import { findUncloneable, isCloneable, type Uncloneable } from './find-uncloneable.ts';
import { type Answer, answerSchema, type Request, Slot, type ThreadData, takeOut, type Work } from './messages.ts';
import { PROGRAM_URL } from './program-url.ts';
import { packThrown, unpackThrown } from './sent-error.ts';

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

/** A call was not started, because an earlier one left the thread blocked or broken. */
export class NotStarted extends Error {}

/** How long a thread that has answered before may take to start a call, at least, in milliseconds. */
const MIN_START = 1000;
/** How many messages that are not answers a thread may send. */
const MAX_STRAY = 10_000;

/** A thread that makes one call at a time. */
export class Thread {
  readonly #grace: number;
  readonly #slots = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  readonly #port: MessagePort;
  readonly #worker: Worker;
  #calls = 0;
  #strays = 0;
  #open: OpenCall | undefined;
  /** The uncaught error of its code, or another reason why it ended. */
  #uncaught: ErrorOptions | undefined;
  /** Why it was told to end. */
  #ending: { readonly error: unknown } | undefined;
  #ended = false;

  /** @param onEnd called before the pending call settles */
  constructor({ grace, resourceLimits }: ThreadSettings, onEnd: () => void) {
    this.#grace = grace;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const workerData: ThreadData = { program: PROGRAM_URL, tsx: findTsx(), port: port2, slots: this.#slots };
    this.#worker = new Worker(BOOTSTRAP, { name: 'tintype', workerData, transferList: [port2], resourceLimits });
    this.#port.on('message', (message) => this.#hear(message)).unref();
    this.#port.on('messageerror', () => this.#endBadly("its answer can't be read"));
    this.#worker.on('message', () => this.#ignore());
    this.#worker.on('error', (cause) => {
      this.#uncaught = { cause };
    });
    this.#worker.on('exit', (exitCode) => {
      this.#ended = true;
      onEnd();
      this.#hearTheRest();
      this.#fail(exitCode);
    });
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  /**
   * Settles once the function has returned or the thread has ended. Meanwhile the thread keeps the process alive.
   * @throws {NotStarted} if the thread has ended without starting the call, which another thread can do
   */
  async perform({ signal, inputName, ...work }: Call): Promise<unknown> {
    signal.throwIfAborted();
    const number = this.#calls + 1;
    // Before the call is sent, because the thread may start on it before `postMessage` returns.
    this.#set(number);
    try {
      this.#post({ type: 'call', call: number, work });
    } catch (error) {
      this.#set(0);
      const { path, got } = findIn(work, inputName, error);
      throw new NotCloneableError(work.task, path, got, error);
    }
    this.#calls = number;
    this.#strays = 0;
    const result = new Promise((resolve, reject) => {
      this.#open = { number, work, resolve, reject };
    });
    this.#worker.ref();
    const started = number > 1 ? setTimeout(() => this.#endUnlessStarted(), Math.max(this.#grace, MIN_START)) : undefined;
    let timer: NodeJS.Timeout | undefined;
    const unwatch = watchAbort(signal, () => {
      if (takeOut(this.#slots, number)) {
        this.#close()?.reject(signal.reason);
        return;
      }
      Atomics.store(this.#slots, Slot.wanted, 0);
      this.#post({ type: 'abort', call: number, reason: packThrown(signal.reason) });
      timer = setTimeout(() => void this.end(signal.reason), this.#grace);
    });
    try {
      return await result;
    } finally {
      unwatch();
      clearTimeout(started);
      clearTimeout(timer);
      this.#set(0);
      this.#worker.unref();
    }
  }

  /** Terminates the thread at once; its pending call rejects with `error`. Resolves once the thread has ended. */
  async end(error: unknown): Promise<void> {
    this.#ending ??= { error };
    await this.#worker.terminate();
  }

  #set(call: number): void {
    Atomics.store(this.#slots, Slot.wanted, call);
    Atomics.store(this.#slots, Slot.offered, call);
  }

  #post(request: Request): void {
    this.#port.postMessage(request);
  }

  #close(): OpenCall | undefined {
    const open = this.#open;
    this.#open = undefined;
    return open;
  }

  #endUnlessStarted(): void {
    if (takeOut(this.#slots, this.#calls)) {
      void this.end(new NotStarted());
    }
  }

  /** Reads an answer, which code in the thread may have forged. */
  #hear(message: unknown): void {
    const open = this.#open;
    if (open === undefined || (message as { call?: unknown } | null)?.call !== open.number) {
      this.#ignore();
      return;
    }
    const outcome = outcomeOf(message, open.work);
    if (outcome === undefined) {
      this.#endBadly(`it sent an invalid answer: ${describeValue(message)}`);
      return;
    }
    this.#close();
    if ('value' in outcome) {
      open.resolve(outcome.value);
    } else {
      open.reject(outcome.error);
    }
  }

  /** Code in a thread can send its own messages. They are ignored, but a flood of them would fill the memory. */
  #ignore(): void {
    this.#strays += 1;
    if (this.#strays === MAX_STRAY) {
      this.#endBadly(`it sent ${MAX_STRAY} unexpected messages`);
    }
  }

  #endBadly(why: string): void {
    this.#uncaught ??= { cause: new Error(why) };
    void this.#worker.terminate();
  }

  /** Reads the answers that arrived just before the exit. */
  #hearTheRest(): void {
    for (let rest = receiveMessageOnPort(this.#port); rest !== undefined; rest = receiveMessageOnPort(this.#port)) {
      this.#hear(rest.message);
    }
    this.#port.close();
  }

  #fail(exitCode: number): void {
    const open = this.#close();
    const isLeftOver = open === undefined || (open.number > 1 && takeOut(this.#slots, open.number));
    if (this.#ending !== undefined) {
      open?.reject(this.#ending.error);
      return;
    }
    open?.reject(isLeftOver ? new NotStarted() : new WorkerCrashedError(open.work.task, exitCode, this.#uncaught));
    if (isLeftOver && this.#uncaught !== undefined) {
      const { cause } = this.#uncaught;
      process.emitWarning(cause instanceof Error ? cause : `A thread ended: ${describeValue(cause)}`);
    }
  }
}

/** Finds what can't be sent: it is in the input, or in the output of the task to undo. */
function findIn({ input, details }: Work, inputName: string, error: unknown): Uncloneable {
  const outcome = details.undo?.outcome;
  return outcome?.state === 'completed' && isCloneable(input)
    ? findUncloneable(outcome.output, 'outcome.output', error)
    : findUncloneable(input, inputName, error);
}

/** What an answer means; undefined if it is not valid. */
function outcomeOf(message: unknown, work: Work): { readonly value: unknown } | { readonly error: unknown } | undefined {
  const { success, output } = v.safeParse(answerSchema, message);
  if (!success) {
    return undefined;
  }
  try {
    return output.type === 'returned' ? { value: output.value } : { error: errorOf(output, work) };
  } catch {
    return undefined;
  }
}

function errorOf(answer: Exclude<Answer, { type: 'returned' }>, { task, module, export: name }: Work): unknown {
  const cause = answer.error === undefined ? undefined : unpackThrown(answer.error);
  switch (answer.type) {
    case 'threw':
      return cause;
    case 'notCloneable':
      return new NotCloneableError(task, answer.path, answer.got, cause);
    case 'notLoaded':
      return new WorkerModuleError(task, module, name, answer.why, answer.error === undefined ? undefined : { cause });
  }
}

// A constant, because webpack would try to bundle a module named in the call.
const TSX = 'tsx/esm/api';

function findTsx(): string | undefined {
  try {
    return import.meta.resolve(TSX);
  } catch {
    return undefined;
  }
}
