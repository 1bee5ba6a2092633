import { DelayedError, type Job, type RateLimiterOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Codec } from '../../../journal/job-store.ts';
import { Attempt } from '../../../runtime/attempts/attempt.ts';
import { verdictOf } from '../../../runtime/attempts/retry-policy.ts';
import { readUndone } from '../../../runtime/attempts/task-output.ts';
import type { Verdict } from '../../../runtime/attempts/verdict.ts';
import { deferred } from '../../../runtime/deferred.ts';
import type { RedisClients } from '../../../stores/redis/redis-clients.ts';
import { within } from '../../../stores/redis/within.ts';
import { AttemptKeys, type AttemptMessage, CANCELLED, readMessage, WORKER_DIED, type Workload } from '../attempt-message.ts';
import { KEPT, packReturned, packThrown } from '../attempt-result.ts';
import { EndedAttempts } from '../ended-attempts.ts';
import { BullmqClosedError } from '../errors/bullmq-closed-error.ts';
import { inputOf, taskOf } from './attempt-call.ts';
import { Cancellations } from './cancellations.ts';
import { type Outcome, RunningAttempts } from './running-attempts.ts';
import { TolerantWorker } from './tolerant-worker.ts';

interface WorkerSettings {
  readonly load: Workload;
  readonly clients: RedisClients;
  /** The name of the BullMQ queue. */
  readonly queue: string;
  readonly prefix: string;
  readonly concurrency: number;
  readonly limiter: RateLimiterOptions | undefined;
  readonly grace: number;
  readonly lockDuration: number;
  readonly stalledInterval: number;
  readonly codec: Codec;
}

/** When an attempt that still runs here is offered again, in milliseconds. */
const RUNNING = 5000;
/** How long `close` waits for Redis, in milliseconds. */
const CLOSING = 2000;
/** How long a cancelled attempt stays in Redis, in milliseconds. */
const CANCELLED_TTL = 60_000;
/** The most characters of a result that BullMQ gets, and copies into its events. */
const INLINE = 4096;

/** Runs attempts from a queue. */
export class AttemptWorker {
  readonly #settings: WorkerSettings;
  readonly #keys: AttemptKeys;
  readonly #client: Redis;
  readonly #worker: TolerantWorker;
  readonly #cancellations: Cancellations;
  readonly #ended: EndedAttempts;
  readonly #running: RunningAttempts;
  readonly #closed = deferred<void>();
  #closing: Promise<void> | undefined;

  constructor(settings: WorkerSettings) {
    const { clients, queue, prefix, concurrency, limiter, lockDuration, stalledInterval, codec } = settings;
    this.#settings = settings;
    this.#keys = new AttemptKeys(prefix, queue);
    this.#running = new RunningAttempts(settings);
    this.#client = clients.open({ maxRetriesPerRequest: null });
    this.#cancellations = new Cancellations(clients, this.#client, this.#keys, {
      running: () => this.#running.ids,
      cancel: (id, reason) => this.#running.abort(id, readReason(reason, codec)),
    });
    this.#worker = new TolerantWorker(queue, (job, token) => this.#process(job, token as string), {
      connection: this.#client,
      prefix,
      concurrency,
      ...(limiter !== undefined && { limiter }),
      lockDuration,
      stalledInterval,
      // The message of an attempt has its own limit.
      maxStalledCount: 1_000_000,
      runRetryDelay: 1000,
    });
    this.#worker.on('error', clients.report);
    this.#worker.lockListener = {
      onRenewed: (ids, at) => this.#running.renew(ids, at),
      onLost: (ids) => this.#running.lose(ids),
      onRefused: (job, result) => this.#keep(job.id as string, result, job.data as AttemptMessage),
    };
    const toKey = (name: string) => this.#worker.toKey(name);
    const toResultKey = (id: string) => this.#keys.result(id);
    this.#ended = new EndedAttempts({ client: this.#client, toKey, toResultKey, onError: clients.report }, false);
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
    this.#running.close(new BullmqClosedError('worker'));
    await within(CLOSING, closing);
    this.#cancellations.close();
    await this.#worker.abandon();
    await within(CLOSING, this.#ended.flush());
    clients.close();
    this.#closed.resolve();
  }

  async #process(job: Job, token: string): Promise<string> {
    const id = job.id as string;
    const read = readMessage(job.data, id, this.#settings.load);
    if ('problem' in read) {
      throw bare(`The attempt data is invalid: ${read.problem}`);
    }
    if (this.#running.has(id)) {
      // It was presumed dead, but it still runs here.
      return await this.#putBack(job, token, RUNNING);
    }
    const { message } = read;
    const earlier = job.attemptsStarted > 1 ? await this.#earlierOutcomeOf(job, id, message) : undefined;
    const attempt = new Attempt(message.job, message.task, message.attempt);
    const outcome = earlier ?? (await this.#running.run(id, attempt, () => this.#call(message, attempt)));
    switch (outcome) {
      case 'closed':
        return await this.#putBack(job, token, 0);
      case 'cancelled':
        this.#ended.add(id, CANCELLED_TTL);
        throw bare(CANCELLED);
      case 'lost':
        // BullMQ then leaves the attempt as it is.
        throw new DelayedError();
    }
    const isShort = outcome.result.length <= INLINE;
    if (!isShort) {
      await this.#keep(id, outcome.result, message);
    }
    this.#ended.add(id, message.keep);
    return isShort ? outcome.result : KEPT;
  }

  /** What became of an attempt that has started before. */
  async #earlierOutcomeOf(job: Job, id: string, message: AttemptMessage): Promise<Outcome | undefined> {
    const [result, reason] = await this.#client.mget(this.#keys.result(id), this.#keys.cancellation(id));
    if (typeof result === 'string') {
      // Another worker was presumed dead, but finished.
      return { result: KEPT };
    }
    if (typeof reason === 'string') {
      return 'cancelled';
    }
    if (job.stalledCounter > message.maxWorkerDeaths) {
      this.#ended.add(id, message.keep);
      throw bare(WORKER_DIED);
    }
    return undefined;
  }

  /** Saves a result that BullMQ can't take. */
  async #keep(id: string, result: unknown, { keep }: AttemptMessage): Promise<void> {
    if (result !== KEPT) {
      await this.#client.set(this.#keys.result(id), result as string, 'PX', keep, 'NX');
    }
  }

  /** Calls the function of a task, or the one that undoes it; never rejects. */
  async #call(message: AttemptMessage, attempt: Attempt): Promise<string> {
    const { load, codec } = this.#settings;
    let judge = (_: unknown): Verdict => ({});
    try {
      const spec = taskOf(load, message);
      judge = (error) => verdictOf(spec, attempt.number, error);
      const { context, details } = inputOf(message, codec);
      const value = await attempt.call(spec, context, details);
      return packReturned(message.task, message.undo === undefined ? value : readUndone(value), judge, codec);
    } catch (error) {
      return packThrown(error, judge, codec);
    }
  }

  async #putBack(job: Job, token: string, delay: number): Promise<never> {
    await job.moveToDelayed(Date.now() + delay, token);
    throw new DelayedError();
  }
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
