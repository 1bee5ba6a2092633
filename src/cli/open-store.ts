import { existsSync } from 'node:fs';
import type { SqliteStore } from '../sqlite/sqlite-store.ts';
import { UsageError } from './usage-error.ts';

/**
 * Opens a store for as long as it is used, if one is wanted.
 * @throws {UsageError}
 */
export async function withStore<T>(file: string | undefined, use: (store: SqliteStore | undefined) => Promise<T>): Promise<T> {
  if (file === undefined) {
    return use(undefined);
  }
  const { sqliteStore } = await import('../sqlite/sqlite-store.ts').catch(() => {
    throw new UsageError('Jobs are kept by libsql and devalue: npm install libsql devalue');
  });
  const store = sqliteStore(file);
  try {
    return await use(store);
  } finally {
    store.close();
  }
}

/** Opens a store that is there. */
export function withOldStore<T>(file: string, use: (store: SqliteStore) => Promise<T>): Promise<T> {
  if (!existsSync(file)) {
    throw new UsageError(`There is no store ${file}`);
  }
  return withStore(file, (store) => use(store as SqliteStore));
}
