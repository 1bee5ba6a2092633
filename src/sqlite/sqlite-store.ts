import * as v from 'valibot';
import { textCodec } from '../codec/text-codec.ts';
import { JobStoreError } from '../runtime/errors/job-store-error.ts';
import type { JobStore } from '../runtime/journal/job-store.ts';
import { violation } from '../workflow/check-options.ts';
import { describeValue, isReadableObject } from '../workflow/describe-value.ts';
import { milliseconds, text } from '../workflow/option-schemas.ts';
import { readOptions } from '../workflow/read-options.ts';
import type { WorkflowProblem } from '../workflow/workflow-problem.ts';
import { type Database, openDatabase, storeError } from './database.ts';
import { GroupCommit } from './group-commit.ts';
import { prepareSchema } from './schema.ts';
import { Tables } from './tables.ts';

/** The options of `sqliteStore`. */
export interface SqliteStoreOptions {
  /**
   * Which failures saved progress survives. `full`: power failures and crashes of the operating system, since each transaction
   * waits for the disk. `normal`: any crash of the process; a power failure may lose the last transactions but damages nothing.
   * `off`: like `normal`, but a power failure may corrupt the file.
   * @default 'full'
   */
  readonly sync?: 'full' | 'normal' | 'off' | undefined;
  /**
   * How long to wait while another process writes to the file, in milliseconds. The wait blocks the event loop.
   * @default 5000
   */
  readonly busyTimeout?: number | undefined;
}

/** A job store in a SQLite database. */
export interface SqliteStore extends JobStore, AsyncDisposable {
  /** Flushes pending writes and closes the file, if the store opened it; a database that you passed in stays open. */
  close(): void;
}

const SUBJECT = 'The store';
const SYNC = ['full', 'normal', 'off'] as const;
const SCHEMAS = { sync: v.optional(v.picklist(SYNC, "'full', 'normal' or 'off'")), busyTimeout: v.optional(milliseconds(0)) };
const DATABASE = 'a file path, or an open database of `libsql` or `better-sqlite3`';
const databaseSchema = v.union([text, v.custom(isDatabase)], DATABASE);

function isDatabase(value: unknown): boolean {
  if (!isReadableObject(value)) {
    return false;
  }
  const { prepare, exec, open } = value as Record<string, unknown>;
  return typeof prepare === 'function' && typeof exec === 'function' && open === true;
}

/**
 * Opens a job store in a SQLite database, using `libsql` or `better-sqlite3`, whichever is installed. Creates the tables if
 * they don't exist. Any number of processes on one machine can share the file.
 * @throws {InvalidWorkflowError} if an option is invalid
 * @throws {JobStoreError} `STORE_FAILED` if the file can't be opened or written; `STORE_UNREADABLE` if it is not a store, is
 * damaged, or was written by a newer version
 * @example
 * await using store = sqliteStore('jobs.db');
 * const result = await run(greeting, { context: { who: 'Ada' }, id: 'greeting-1', store });
 */
export function sqliteStore(database: string | object, options: SqliteStoreOptions = {}): SqliteStore {
  const { sync = 'full', busyTimeout = 5000 } = read(database, options);
  const isFile = typeof database === 'string';
  const opened = isFile ? openDatabase(database) : (database as Database);
  try {
    opened.exec(`PRAGMA busy_timeout = ${busyTimeout}`);
    prepareSchema(opened);
    opened.prepare('PRAGMA journal_mode = WAL').get();
    opened.exec(`PRAGMA synchronous = ${sync}`);
    return makeStore(opened, isFile);
  } catch (error) {
    if (isFile) {
      opened.close();
    }
    const what = isFile ? `Can't use the file ${JSON.stringify(database)}` : "Can't use the database";
    throw error instanceof JobStoreError
      ? new JobStoreError(error.code, `${what}: ${error.message}`, { cause: error })
      : storeError(what, error);
  }
}

function makeStore(database: Database, isOwn: boolean): SqliteStore {
  const tables = new Tables(database);
  const group = new GroupCommit(database);
  const close = () => {
    if (database.open) {
      group.flush();
      if (isOwn) {
        database.close();
      }
    }
  };
  return {
    codec: textCodec,
    create: (job, lease) => group.do(() => tables.create(job, lease)),
    acquire: (id, lease) => group.do(() => tables.acquire(id, lease)),
    renew: (id, lease) => group.do(() => tables.renew(id, lease)),
    append: (id, owner, entry) => group.do(() => tables.append(id, owner, entry)),
    release: (id, owner) => group.do(() => tables.release(id, owner)),
    read: (id) => group.do(() => tables.read(id)),
    list: (filter) => group.do(() => tables.list(filter)),
    delete: (filter) => group.do(() => tables.delete(filter)),
    close,
    [Symbol.asyncDispose]: async () => close(),
  };
}

function read(database: unknown, options: unknown): SqliteStoreOptions {
  const found: WorkflowProblem[] = [];
  if (violation(databaseSchema, database) !== undefined) {
    const message = `${SUBJECT}: \`database\` must be ${DATABASE}, got ${describeValue(database)}`;
    found.push({ code: 'invalidOption', option: 'database', value: database, expected: DATABASE, message });
  }
  return readOptions(options, SCHEMAS, SUBJECT, '', found);
}
