import * as v from 'valibot';
import { textCodec } from '../codec/text-codec.ts';
import type { JobStore } from '../runtime/journal/job-store.ts';
import { func, text } from '../workflow/option-schemas.ts';
import { readOptions } from '../workflow/read-options.ts';
import { JobRecords } from './job-records.ts';
import { checkPlace, RedisClients, type RedisPlace } from './redis-clients.ts';

/** The options of `redisStore`. */
export interface RedisStoreOptions {
  /** Where Redis is. */
  readonly connection: RedisPlace;
  /**
   * What the names of all keys in Redis begin with.
   * @default 'tintype'
   */
  readonly prefix?: string | undefined;
  /**
   * Is told of problems with the connection, each once until it works again.
   * @default ignores them, since the calls of the store reject with a JobStoreError
   */
  readonly onError?: ((error: Error) => unknown) | undefined;
}

/** A store of jobs in Redis. */
export interface RedisStore extends JobStore, AsyncDisposable {
  /** Waits for what was begun, and ends the connection. Until it is called, the connection keeps the process. */
  close(): Promise<void>;
}

const SCHEMAS = { connection: v.unknown(), prefix: v.optional(text), onError: v.optional(func) };

/**
 * Keeps jobs in Redis. Each step is atomic, and is refused to an owner whose lease somebody else has taken. It is as durable as
 * Redis is: `appendonly yes`, and `maxmemory-policy noeviction`.
 * @throws {InvalidWorkflowError} when an option is invalid; before anything is connected
 * @example
 * await using store = redisStore({ connection: 'redis://127.0.0.1' });
 */
export function redisStore(options: RedisStoreOptions): RedisStore {
  const subject = 'The Redis store';
  const read = readOptions(options, SCHEMAS, subject) as unknown as RedisStoreOptions;
  const clients = new RedisClients(checkPlace(read.connection, subject), read.onError ?? (() => {}));
  return new JobRecords(clients, read.prefix ?? 'tintype', textCodec);
}
