/// <reference lib="esnext.disposable" preserve="true" />
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
   * When what is on record is safe. `full`: also when the power fails or the operating system crashes, since each transaction waits for the disk.
   * `normal`: when the process dies in any way; a power failure can undo the last transactions, but damages nothing. `off`: as `normal`, and a
   * power failure can damage the file.
   * @default full
   */
  readonly sync?: 'full' | 'normal' | 'off' | undefined;
  /**
   * How long to wait for another process that writes to the file, in milliseconds; the event loop stands still meanwhile.
   * @default 5000
   */
  readonly busyTimeout?: number | undefined;
}

/** A store of jobs in a SQLite database. */
export interface SqliteStore extends JobStore, AsyncDisposable {
  /** Writes what is still to be written, and closes a file that the store has opened; a database that was given stays open. */
  close(): void;
}

const SUBJECT = 'The store';
const SYNC = ['full', 'normal', 'off'] as const;
const SCHEMAS = { sync: v.optional(v.picklist(SYNC, '`full`, `normal` or `off`')), busyTimeout: v.optional(milliseconds(0)) };
const DATABASE = 'the path of a file, or an open database of `libsql` or `better-sqlite3`';
const databaseSchema = v.union([text, v.custom(isDatabase)], DATABASE);

function isDatabase(value: unknown): boolean {
  if (!isReadableObject(value)) {
    return false;
  }
  const { prepare, exec, open } = value as Record<string, unknown>;
  return typeof prepare === 'function' && typeof exec === 'function' && open === true;
}

/**
 * Opens a store of jobs in a SQLite database, by `libsql` or `better-sqlite3`, whichever is installed. The tables are made when they are not there.
 * Any number of processes on one machine can use the same file.
 * @throws {InvalidWorkflowError} when an option is invalid
 * @throws {JobStoreError} `STORE_FAILED` when the file can't be opened or written; `STORE_UNREADABLE` when it is no store, is damaged, or was
 * written by a newer version
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
    const what = isFile ? `The file ${JSON.stringify(database)} can't be used` : "The database can't be used";
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
