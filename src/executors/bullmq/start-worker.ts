import type { RateLimiterOptions } from 'bullmq';
import { textCodec } from '../../journal/codec/text-codec.ts';
import { checkPlace, RedisClients, type RedisPlace } from '../../stores/redis/redis-clients.ts';
import { violation } from '../../workflow/options/check-options.ts';
import {
  anything,
  atLeast,
  func,
  milliseconds,
  object,
  optional,
  schema,
  text,
} from '../../workflow/options/option-schemas.ts';
import { readOptions } from '../../workflow/options/read-options.ts';
import type { AnyWorkflow } from '../../workflow/workflow.ts';
import { queueOf, workloadOf } from './attempt-message.ts';
import { name } from './option-schemas.ts';
import { AttemptWorker } from './worker/attempt-worker.ts';

/** The options of `startWorker`. */
export interface WorkerOptions {
  /** The Redis to connect to. */
  readonly connection: RedisPlace;
  /** The name of the queue; `${queue}-${fingerprint(workflow)}` is that of the BullMQ queue. */
  readonly queue: string;
  /**
   * The prefix of all Redis keys.
   * @default 'bull'
   */
  readonly prefix?: string | undefined;
  /**
   * How many attempts this worker runs at the same time: an integer of at least 1.
   * @default 1
   */
  readonly concurrency?: number | undefined;
  /** At most `max` attempts start per `duration` (in milliseconds), across all workers of the BullMQ queue. */
  readonly limiter?: RateLimiterOptions | undefined;
  /**
   * How long a function may keep running after its attempt was cancelled or the worker is closing, in milliseconds: an integer
   * from 0 to 2147483647. After that, the worker stops waiting for it; when closing, the attempt goes to another worker.
   * @default 5000
   */
  readonly grace?: number | undefined;
  /**
   * How long a worker may go without a sign of life before other workers take over its attempts, in milliseconds. It then aborts
   * the `signal` of those attempts. A task that blocks the event loop for longer runs twice.
   * @default 5000
   */
  readonly lockDuration?: number | undefined;
  /**
   * How often workers look for attempts of dead workers, in milliseconds.
   * @default 5000
   */
  readonly stalledInterval?: number | undefined;
  /**
   * Called with connection problems, once per problem until the connection recovers, and with errors that BullMQ reports.
   * @default console.error
   */
  readonly onError?: ((error: Error) => unknown) | undefined;
}

/** A worker that runs attempts for other processes. */
export interface AttemptsWorker extends AsyncDisposable {
  /** The name of the BullMQ queue. */
  readonly queue: string;
  /**
   * Takes no more attempts, gives running ones the `grace` period to finish, hands the rest to other workers, and closes the
   * connections. The worker keeps the process alive until you call this.
   */
  close(): Promise<void>;
  /** Resolves once the worker is closed. */
  readonly closed: Promise<void>;
}

const count = atLeast(1);

const LIMITER = { max: count, duration: milliseconds(1) };

/** What a limiter must be, if this one is invalid. */
function limiterMustBe(value: unknown): string | undefined {
  const isLimiter = object.accepts(value) && Object.keys(LIMITER).every((key) => key in (value as object));
  const { max, duration } = (isLimiter ? value : {}) as Record<string, unknown>;
  return isLimiter ? (violation(LIMITER.max, max) ?? violation(LIMITER.duration, duration)) : '{ max, duration }';
}

const SCHEMAS = {
  connection: anything,
  queue: name,
  prefix: optional(text),
  concurrency: optional(count),
  limiter: optional(schema(limiterMustBe, (value) => limiterMustBe(value) === undefined)),
  grace: optional(milliseconds(0)),
  lockDuration: optional(milliseconds(1)),
  stalledInterval: optional(milliseconds(1)),
  onError: optional(func),
};

/**
 * Starts a worker that runs attempts of a workflow from a BullMQ queue. Each workflow and version has its own BullMQ queue. If a
 * worker dies or loses its connection to Redis, its attempt runs again, so the function may be called more than once for it.
 * @throws {InvalidWorkflowError} if an option or the workflow is invalid, before anything connects
 * @example
 * const worker = startWorker(smoothie, { connection: 'redis://127.0.0.1', queue: 'smoothies', concurrency: 10 });
 * process.once('SIGTERM', () => worker.close());
 */
export function startWorker(workflow: AnyWorkflow, options: WorkerOptions): AttemptsWorker {
  const subject = 'The BullMQ worker';
  const read = readOptions(options, SCHEMAS, subject) as unknown as WorkerOptions;
  const place = checkPlace(read.connection, subject);
  const load = workloadOf(workflow, subject);
  const queue = queueOf(read.queue, load);
  const worker = new AttemptWorker({
    load,
    clients: new RedisClients(place, read.onError ?? console.error),
    queue,
    prefix: read.prefix ?? 'bull',
    concurrency: read.concurrency ?? 1,
    limiter: read.limiter,
    grace: read.grace ?? 5000,
    lockDuration: read.lockDuration ?? 5000,
    stalledInterval: read.stalledInterval ?? 5000,
    codec: textCodec,
  });
  const close = () => worker.close();
  return { queue, close, closed: worker.closed, [Symbol.asyncDispose]: close };
}
