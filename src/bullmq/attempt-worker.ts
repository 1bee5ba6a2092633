import { setTimeout } from 'node:timers/promises';
import { DelayedError, type Job, type RateLimiterOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import { Attempt } from '../runtime/attempt.ts';
import { copyKeys } from '../runtime/copy-keys.ts';
import { deferred } from '../runtime/deferred.ts';
import type { Codec } from '../runtime/journal/job-store.ts';
import { viewOf } from '../runtime/readonly-view.ts';
import { describeValue, isReadableObject, quote } from '../workflow/describe-value.ts';
import { AttemptKeys, type AttemptMessage, CANCELLED, readMessage, type Workload } from './attempt-message.ts';
import { packReturned, packThrown } from './attempt-result.ts';
import { Cancellations } from './cancellations.ts';
import { BullmqClosedError } from './errors/bullmq-closed-error.ts';
import type { RedisClients } from './redis-clients.ts';
import { TolerantWorker } from './tolerant-worker.ts';
import { within } from './within.ts';

interface WorkerSettings {
  readonly load: Workload;
  readonly clients: RedisClients;
  readonly queue: string;
  readonly prefix: string;
  readonly concurrency: number;
  readonly limiter: RateLimiterOptions | undefined;
  readonly grace: number;
  readonly lockDuration: number;
  readonly stalledInterval: number;
  readonly codec: Codec;
}

/** An attempt running in this worker. */
interface Running {
  readonly attempt: Attempt;
  /** Stops waiting for its function. */
  readonly stop: (outcome: Outcome) => void;
}

/** The fate of an attempt: it has a result, is no longer wanted, or goes to another worker. */
type Outcome = { readonly result: string } | 'cancelled' | 'closed';

/**
 * An attempt for other workers goes back to the queue after a delay. Every second time the delay is short, and this worker
 * takes nothing else meanwhile, since it would often be the first to take it again. The other times the delay grows, so that
 * attempts nobody can run don't slow down the rest.
 */
const SOON = { delay: 20, hold: 150 };
const LATER = { step: 100, longest: 15_000 };
/** When an attempt that still runs here is offered again, in milliseconds. */
const RUNNING = 5000;
/** How long `close` waits for Redis, in milliseconds. */
const CLOSING = 2000;

/** Runs attempts from a queue. */
export class AttemptWorker {
  readonly #settings: WorkerSettings;
  readonly #keys: AttemptKeys;
  readonly #client: Redis;
  readonly #worker: TolerantWorker;
  readonly #cancellations: Cancellations;
  readonly #running = new Map<string, Running>();
  readonly #closed = deferred<void>();
  #closing: Promise<void> | undefined;

  constructor(settings: WorkerSettings) {
    const { clients, queue, prefix, concurrency, limiter, lockDuration, stalledInterval, codec } = settings;
    this.#settings = settings;
    this.#keys = new AttemptKeys(prefix, queue);
    this.#client = clients.open({ maxRetriesPerRequest: null });
    this.#cancellations = new Cancellations(clients, this.#client, this.#keys, {
      running: () => [...this.#running.keys()],
      cancel: (id, reason) => this.#cancel(id, readReason(reason, codec)),
    });
    this.#worker = new TolerantWorker(queue, (job, token) => this.#process(job, token as string), {
      connection: this.#client,
      prefix,
      concurrency,
      ...(limiter !== undefined && { limiter }),
      lockDuration,
      stalledInterval,
      // An attempt runs until there is a result; its job handles timeouts and retries.
      maxStalledCount: 1_000_000,
      runRetryDelay: 1000,
    });
    this.#worker.on('error', clients.report);
  }

  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { grace, clients } = this.#settings;
    const closing = this.#worker.close();
    await within(grace, closing);
    for (const { attempt, stop } of this.#running.values()) {
      attempt.abort(new BullmqClosedError('worker'));
      stop('closed');
    }
    await within(CLOSING, closing);
    this.#cancellations.close();
    await this.#worker.abandon();
    clients.close();
    this.#closed.resolve();
  }

  async #process(job: Job, token: string): Promise<null> {
    const read = readMessage(job.data, this.#settings.load);
    if (read === 'foreign') {
      return await this.#leave(job, token);
    }
    if ('problem' in read) {
      throw bare(`The attempt data is invalid: ${read.problem}`);
    }
    const id = job.id as string;
    if (this.#running.has(id)) {
      // It was presumed dead, but it still runs here.
      return await this.#putBack(job, token, RUNNING);
    }
    const [result, reason] = await this.#client.mget(this.#keys.result(id), this.#keys.cancellation(id));
    if (typeof result === 'string') {
      // Another worker was presumed dead, but finished.
      return null;
    }
    const outcome = typeof reason === 'string' ? 'cancelled' : await this.#run(id, read.message);
    if (outcome === 'closed') {
      return await this.#putBack(job, token, 0);
    }
    if (outcome === 'cancelled') {
      throw bare(CANCELLED);
    }
    await this.#client.set(this.#keys.result(id), outcome.result, 'PX', read.message.keep, 'NX');
    return null;
  }

  async #run(id: string, message: AttemptMessage): Promise<Outcome> {
    const attempt = new Attempt(message.job, message.task, message.attempt);
    const { promise, resolve: stop } = deferred<Outcome>();
    this.#running.set(id, { attempt, stop });
    void this.#call(message, attempt).then((result) => stop(attempt.isActive ? { result } : 'cancelled'));
    const outcome = await promise;
    attempt.finish();
    this.#running.delete(id);
    return outcome;
  }

  /** Calls the function of a task; never rejects. */
  async #call({ task, context }: AttemptMessage, attempt: Attempt): Promise<string> {
    const { load, codec } = this.#settings;
    try {
      const spec = load.tasks.get(task);
      if (spec === undefined) {
        throw new Error(`The attempt data is invalid: there is no task ${quote(task)}`);
      }
      const view = viewOf(readContext(context, codec));
      const value = await Reflect.apply(spec.run, spec.definition, [view, attempt.execution]);
      return packReturned(task, value, codec);
    } catch (error) {
      return packThrown(error, codec);
    }
  }

  #cancel(id: string, reason: unknown): void {
    const running = this.#running.get(id);
    if (running?.attempt.isActive) {
      running.attempt.abort(reason);
      void setTimeout(this.#settings.grace, undefined, { ref: false }).then(() => running.stop('cancelled'));
    }
  }

  /** Leaves an attempt to the workers it is meant for. */
  async #leave(job: Job, token: string): Promise<never> {
    const soon = job.attemptsStarted % 2 === 1;
    const delay = soon ? SOON.delay : Math.min(LATER.step * job.attemptsStarted, LATER.longest);
    return await this.#putBack(job, token, delay, soon ? SOON.hold : 0);
  }

  /** @param hold how long this worker takes nothing else in its place, in milliseconds */
  async #putBack(job: Job, token: string, delay: number, hold = 0): Promise<never> {
    await job.moveToDelayed(Date.now() + delay, token);
    if (hold > 0) {
      await setTimeout(hold);
    }
    throw new DelayedError();
  }
}

function readContext(text: string, codec: Codec): object {
  let context: unknown;
  try {
    context = codec.decode(text);
  } catch (cause) {
    throw new Error("The attempt data is invalid: its context can't be read", { cause });
  }
  if (!isReadableObject(context)) {
    throw new Error(`The attempt data is invalid: its context must be an object, got ${describeValue(context)}`);
  }
  return copyKeys(context);
}

function readReason(text: string, codec: Codec): unknown {
  try {
    return codec.decode(text);
  } catch (cause) {
    return new Error(CANCELLED, { cause });
  }
}

/** An error without a stack, so BullMQ keeps only its message. */
function bare(message: string): Error {
  const error = new Error(message);
  error.stack = '';
  return error;
}
