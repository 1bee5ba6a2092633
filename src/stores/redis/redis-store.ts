import { textCodec } from '../../journal/codec/text-codec.ts';
import type { JobStore } from '../../journal/job-store.ts';
import { limitedCodec } from '../../journal/size-limits.ts';
import { anything, func, optional, text } from '../../workflow/options/option-schemas.ts';
import { readOptions } from '../../workflow/options/read-options.ts';
import { JobRecords } from './job-records.ts';
import { checkPlace, RedisClients, type RedisPlace } from './redis-clients.ts';

/** The options of `redisStore`. */
export interface RedisStoreOptions {
  /** The Redis to connect to. */
  readonly connection: RedisPlace;
  /**
   * The prefix of all Redis keys.
   * @default 'tintype'
   */
  readonly prefix?: string | undefined;
  /**
   * Called with connection problems, and with other problems that jobs wait out, such as a Redis that is out of memory, once per
   * problem until it is over.
   * @default console.error
   */
  readonly onError?: ((error: Error) => unknown) | undefined;
}

/** A job store in Redis. */
export interface RedisStore extends JobStore, AsyncDisposable {
  /** Waits for pending calls and closes the connection, which keeps the process alive until then. */
  close(): Promise<void>;
}

const SCHEMAS = { connection: anything, prefix: optional(text), onError: optional(func) };

/**
 * Saves jobs in Redis. Each step is atomic, and rejected if another owner has taken over the lease. The store is as durable as
 * your Redis: use `appendonly yes` and `maxmemory-policy noeviction`.
 * @throws {InvalidWorkflowError} if an option is invalid, before anything connects
 * @example
 * await using store = redisStore({ connection: 'redis://127.0.0.1' });
 */
export function redisStore(options: RedisStoreOptions): RedisStore {
  const subject = 'The Redis store';
  const read = readOptions(options, SCHEMAS, subject) as unknown as RedisStoreOptions;
  const { prefix = 'tintype', onError = console.error } = read;
  const clients = new RedisClients(checkPlace(read.connection, subject), onError);
  // Problems of the connection are reported when they occur.
  const report = (error: Error) => error.cause === clients.problem || onError(error);
  return new JobRecords(clients, prefix, limitedCodec(textCodec), report);
}
