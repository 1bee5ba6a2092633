import { createRequire } from 'node:module';
import { JobStoreError } from '../runtime/errors/job-store-error.ts';
import { describeValue } from '../workflow/describe-value.ts';

export interface Statement {
  run(...values: readonly unknown[]): { readonly changes: number };
  get(...values: readonly unknown[]): unknown;
  all(...values: readonly unknown[]): unknown[];
}

/** The part of a `libsql` or `better-sqlite3` database that the store uses. */
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
    throw storeError(`Can't open the file ${JSON.stringify(file)}`, error);
  }
}

function loadLibrary(): new (file: string) => Database {
  const require = createRequire(import.meta.url);
  for (const library of LIBRARIES) {
    try {
      return require(library);
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'MODULE_NOT_FOUND') {
        throw new JobStoreError('STORE_FAILED', `Can't load \`${library}\``, { cause: error });
      }
    }
  }
  throw new JobStoreError('STORE_FAILED', 'No SQLite library found: install `libsql` or `better-sqlite3`');
}

/** Turns an error of the database into one of the store. */
export function storeError(what: string, cause: unknown): JobStoreError {
  const code = String((cause as { code?: unknown } | undefined)?.code);
  const isDamaged = code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB';
  return new JobStoreError(isDamaged ? 'STORE_UNREADABLE' : 'STORE_FAILED', `${what}: ${describeValue(cause)}`, { cause });
}
