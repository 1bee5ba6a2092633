import type { RateLimiterOptions } from 'bullmq';
import * as v from 'valibot';
import { textCodec } from '../codec/text-codec.ts';
import { func, milliseconds, text } from '../workflow/option-schemas.ts';
import { readOptions } from '../workflow/read-options.ts';
import type { AnyWorkflow } from '../workflow/workflow.ts';
import { workloadOf } from './attempt-message.ts';
import { AttemptWorker } from './attempt-worker.ts';
import { name } from './option-schemas.ts';
import { checkPlace, RedisClients, type RedisPlace } from './redis-clients.ts';

/** The options of `startWorker`. */
export interface WorkerOptions {
  /** Where Redis is. */
  readonly connection: RedisPlace;
  /** The name of the queue. */
  readonly queue: string;
  /**
   * What the names of all keys in Redis begin with.
   * @default 'bull'
   */
  readonly prefix?: string | undefined;
  /**
   * How many attempts run at the same time in this worker: an integer from 1.
   * @default 1
   */
  readonly concurrency?: number | undefined;
  /** How many attempts (`max`) are begun in which time (`duration`, in milliseconds), by all workers of the queue together. */
  readonly limiter?: RateLimiterOptions | undefined;
  /**
   * How long a function may go on when its attempt was cancelled, or the worker is being closed, in milliseconds. Then the worker
   * waits for it no longer; on close, the attempt is given to another worker. An integer from 0 to 2147483647.
   * @default 5000
   */
  readonly grace?: number | undefined;
  /**
   * After which time without a sign of life from a worker its attempts are run by another one, in milliseconds. A task that keeps
   * the event loop busy for longer is run twice.
   * @default 5000
   */
  readonly lockDuration?: number | undefined;
  /**
   * How often workers look for attempts of those that died, in milliseconds.
   * @default 5000
   */
  readonly stalledInterval?: number | undefined;
  /**
   * Is told of problems with the connection, each once until it works again, and of what BullMQ complains of.
   * @default console.error
   */
  readonly onError?: ((error: Error) => unknown) | undefined;
}

/** Runs attempts that other processes ask for. */
export interface AttemptsWorker extends AsyncDisposable {
  /**
   * Takes no more attempts, lets those that run go on for the `grace` period, gives the rest to other workers, and ends the
   * connections. Until it is called, the worker keeps the process.
   */
  close(): Promise<void>;
  /** Resolves when the worker is closed. */
  readonly closed: Promise<void>;
}

const COUNT = 'an integer from 1';
const count = v.pipe(v.number(COUNT), v.safeInteger(COUNT), v.minValue(1, COUNT));

const SCHEMAS = {
  connection: v.unknown(),
  queue: name,
  prefix: v.optional(text),
  concurrency: v.optional(count),
  limiter: v.optional(v.object({ max: count, duration: milliseconds(1) }, '{ max, duration }')),
  grace: v.optional(milliseconds(0)),
  lockDuration: v.optional(milliseconds(1)),
  stalledInterval: v.optional(milliseconds(1)),
  onError: v.optional(func),
};

/**
 * Starts to run attempts of a workflow that come by a BullMQ queue; what is for another workflow or version is left to other
 * workers. A function can be called more than once for one attempt, when a worker dies or is cut off from Redis.
 * @throws {InvalidWorkflowError} when an option or the workflow is invalid; before anything is connected
 * @example
 * const worker = startWorker(smoothie, { connection: 'redis://127.0.0.1', queue: 'smoothies', concurrency: 10 });
 * process.once('SIGTERM', () => worker.close());
 */
export function startWorker(workflow: AnyWorkflow, options: WorkerOptions): AttemptsWorker {
  const subject = 'The BullMQ worker';
  const read = readOptions(options, SCHEMAS, subject) as unknown as WorkerOptions;
  const place = checkPlace(read.connection, subject);
  const worker = new AttemptWorker({
    load: workloadOf(workflow, subject),
    clients: new RedisClients(place, read.onError ?? console.error),
    queue: read.queue,
    prefix: read.prefix ?? 'bull',
    concurrency: read.concurrency ?? 1,
    limiter: read.limiter,
    grace: read.grace ?? 5000,
    lockDuration: read.lockDuration ?? 5000,
    stalledInterval: read.stalledInterval ?? 5000,
    codec: textCodec,
  });
  const close = () => worker.close();
  return { close, closed: worker.closed, [Symbol.asyncDispose]: close };
}
