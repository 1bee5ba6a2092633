import { createRequire } from 'node:module';
import { JobStoreError } from '../runtime/errors/job-store-error.ts';
import { describeValue } from '../workflow/describe-value.ts';

export interface Statement {
  run(...values: readonly unknown[]): { readonly changes: number };
  get(...values: readonly unknown[]): unknown;
  all(...values: readonly unknown[]): unknown[];
}

/** What a store needs of a database of `libsql` or `better-sqlite3`. */
export interface Database {
  readonly open: boolean;
  prepare(sql: string): Statement;
  exec(sql: string): unknown;
  close(): unknown;
}

const LIBRARIES = ['libsql', 'better-sqlite3'] as const;

/** @throws {JobStoreError} `STORE_FAILED` */
export function openDatabase(file: string): Database {
  const Class = loadLibrary();
  try {
    return new Class(file);
  } catch (error) {
    throw storeError(`The file ${JSON.stringify(file)} can't be opened`, error);
  }
}

function loadLibrary(): new (file: string) => Database {
  const require = createRequire(import.meta.url);
  for (const library of LIBRARIES) {
    try {
      return require(library);
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'MODULE_NOT_FOUND') {
        throw new JobStoreError('STORE_FAILED', `${library} can't be loaded`, { cause: error });
      }
    }
  }
  throw new JobStoreError('STORE_FAILED', 'There is no library for SQLite: install `libsql` or `better-sqlite3`');
}

/** What a database threw, as an error of the store. */
export function storeError(what: string, cause: unknown): JobStoreError {
  const code = String((cause as { code?: unknown } | undefined)?.code);
  const isDamaged = code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB';
  return new JobStoreError(isDamaged ? 'STORE_UNREADABLE' : 'STORE_FAILED', `${what}: ${describeValue(cause)}`, { cause });
}
