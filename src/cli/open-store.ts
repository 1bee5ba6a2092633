import { existsSync } from 'node:fs';
import { JobStoreError } from '../journal/errors/job-store-error.ts';
import type { JobStore } from '../journal/job-store.ts';
import { onOneLine } from '../values/describe-value.ts';
import { Option } from './commander.ts';
import { PLACE_VARIABLES } from './place-variables.ts';
import { printError } from './print.ts';
import { UsageError } from './usage-error.ts';

type ClosableStore = JobStore & { close(): void | Promise<void> };

/** Whether a place is a URL of Redis. */
export const isRedis = (place: string): boolean => /^rediss?:/i.test(place);

/** The flag for a store. */
export const storeOption = (description: string): Option =>
  new Option('--store <place>', description).env(PLACE_VARIABLES.store);

/** How help describes the value of `--store`. */
export const STORE = 'a SQLite database, or a redis: or rediss: URL';

/**
 * Opens a store and closes it after use, if `--store` was passed.
 * @param place A file, or a URL of Redis.
 * @param onProblem Receives problems of the connection to Redis.
 * @throws {UsageError}
 */
export async function withStore<T>(
  place: string | undefined,
  use: (store: JobStore | undefined) => Promise<T>,
  onProblem = printProblem,
): Promise<T> {
  if (place === undefined) {
    return use(undefined);
  }
  checkPlace(place);
  const store = isRedis(place) ? await openRedis(place, onProblem) : await openSqlite(place);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** Opens a store that exists. */
export function withOldStore<T>(
  place: string,
  use: (store: JobStore) => Promise<T>,
  onProblem?: (error: Error) => void,
): Promise<T> {
  checkPlace(place);
  if (!isRedis(place) && !existsSync(place)) {
    throw new UsageError(`There is no store ${place}`);
  }
  return withStore(place, (store) => use(store as JobStore), onProblem);
}

/** The message doesn't show the place, which can have a password in it. */
function checkPlace(place: string): void {
  if (isRedis(place) ? !/^\w+:\/\//.test(place) : place.includes('://')) {
    throw new UsageError('--store must be a file, or a redis: or rediss: URL');
  }
}

async function openSqlite(file: string): Promise<ClosableStore> {
  const { sqliteStore } = await import('../stores/sqlite/sqlite-store.ts').catch(() => {
    throw new UsageError('Saving jobs needs libsql: npm install libsql');
  });
  try {
    return sqliteStore(file);
  } catch (error) {
    // For example, the file isn't a database.
    throw error instanceof JobStoreError && !error.isTransient ? new UsageError(error.message) : error;
  }
}

async function openRedis(connection: string, onError: (error: Error) => void): Promise<ClosableStore> {
  const { redisStore } = await bullmqSubpath();
  return redisStore({ connection, onError });
}

/** @throws {UsageError} if a package is missing */
export function bullmqSubpath(): Promise<typeof import('../executors/bullmq/index.ts')> {
  return import('../executors/bullmq/index.ts').catch(() => {
    throw new UsageError('Redis needs bullmq and ioredis: npm install bullmq ioredis');
  });
}

/** Prints a problem of the connection on one line. */
export const printProblem = (error: Error): void => printError(`Redis: ${onOneLine(error.message)}`);
