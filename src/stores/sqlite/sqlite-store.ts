/// <reference lib="esnext.disposable" preserve="true" />
import { setTimeout } from 'node:timers/promises';
import { textCodec } from '../../journal/codec/text-codec.ts';
import type { DeletionFilter, JobStore, Lease, StoredJob } from '../../journal/job-store.ts';
import { jobNotFound } from '../../journal/lease/refused-lease.ts';
import { readPage } from '../../journal/list/job-page.ts';
import { limitedCodec } from '../../journal/size-limits.ts';
import { describeValue, isReadableObject } from '../../values/describe-value.ts';
import { raise } from '../../values/raise.ts';
import { violation } from '../../workflow/options/check-options.ts';
import { func, milliseconds, oneOf, optional, schema, text } from '../../workflow/options/option-schemas.ts';
import { readOptions } from '../../workflow/options/read-options.ts';
import type { WorkflowProblem } from '../../workflow/workflow-problem.ts';
import { Connection } from './connection.ts';
import { GroupCommit, TRANSACTION } from './group-commit.ts';
import { loadJob } from './load-job.ts';
import type { Ended } from './parts.ts';

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
   * How long a call that writes waits while other connections write to the database, in milliseconds, before it rejects with a transient
   * `STORE_FAILED`. Calls that only read don't wait for writers. This doesn't block the event loop.
   * @default 5000
   */
  readonly busyTimeout?: number | undefined;
  /**
   * Called with problems that jobs wait out, such as a full disk, once per problem.
   * @default console.error
   */
  readonly onError?: ((error: Error) => unknown) | undefined;
}

/** A job store in a SQLite database. */
export interface SqliteStore extends JobStore, AsyncDisposable {
  /**
   * Flushes pending writes and closes the file, if the store opened it; a database that you passed in stays open. Calls that are
   * waiting for a busy database reject; disposing of the store waits for them instead. If no other connection uses the file, its
   * `-wal` and `-shm` files are merged into it, so you can back it up by copying it.
   */
  close(): void;
}

const SUBJECT = 'The store';
const SYNC = ['full', 'normal', 'off'] as const;
const SCHEMAS = {
  sync: optional(oneOf(SYNC, "'full', 'normal' or 'off'")),
  busyTimeout: optional(milliseconds(0)),
  onError: optional(func),
};
const DATABASE = 'a file path, or an open database of `libsql` or `better-sqlite3`';
const databaseSchema = schema(DATABASE, (value) => text.accepts(value) || isDatabase(value));

function isDatabase(value: unknown): boolean {
  if (!isReadableObject(value)) {
    return false;
  }
  const { prepare, exec, open } = value as Record<string, unknown>;
  return typeof prepare === 'function' && typeof exec === 'function' && open === true;
}

/**
 * Opens a job store in a SQLite database, using `libsql` or `better-sqlite3`, whichever is installed. Creates the tables if
 * they don't exist, or when they are first needed if the database is busy. Any number of processes on one machine can share the
 * file.
 * @throws {InvalidWorkflowError} if an option is invalid
 * @throws {JobStoreError} `STORE_FAILED` if the file can't be opened or written; `STORE_UNREADABLE` if it is not a store, is
 * damaged, or was written by a newer version
 * @example
 * await using store = sqliteStore('jobs.db');
 * const result = await run(greeting, { context: { who: 'Ada' }, id: 'greeting-1', store });
 */
export function sqliteStore(database: string | object, options: SqliteStoreOptions = {}): SqliteStore {
  const { sync = 'full', busyTimeout = 5000, onError = console.error } = read(database, options);
  const connection = new Connection(database, sync);
  const group = new GroupCommit(connection, busyTimeout);
  const close = () => {
    if (connection.isOpen) {
      group.flush();
      connection.close();
    }
  };
  return {
    codec: limitedCodec(textCodec),
    onError,
    create: (job, lease) => group.do((tables) => tables.create(job, lease)),
    acquire: (id, lease) => acquire(group, id, lease),
    renew: (id, lease) =>
      group.renew((tables) => {
        connection.checkFile();
        tables.renew(id, lease);
      }),
    append: (id, owner, entry) => group.do((tables) => tables.append(id, owner, entry)),
    release: (id, owner) => group.do((tables) => tables.release(id, owner)),
    read: async (id) => {
      const part = await group.read((tables) => tables.read(id));
      return part && loadJob(group, part);
    },
    suspects: (process) => group.read((tables) => tables.suspects(process)),
    list: async (filter) => {
      readPage(filter);
      return group.read((tables) => tables.list(filter));
    },
    delete: (filter) => deleteAll(group, filter),
    close,
    [Symbol.asyncDispose]: async () => {
      await group.idle;
      close();
    },
  };
}

async function acquire(group: GroupCommit, id: string, lease: Lease): Promise<StoredJob> {
  const part = await group.do((tables) => tables.acquire(id, lease));
  try {
    return (await loadJob(group, part)) ?? raise(jobNotFound(id));
  } catch (error) {
    // A lease that can't be released expires.
    await group.do((tables) => tables.release(id, lease.owner)).catch(() => {});
    throw error;
  }
}

/** Deletes in short transactions, and pauses between them, so that others can write. */
async function deleteAll(group: GroupCommit, filter: DeletionFilter): Promise<number> {
  let deleted = 0;
  let after: Ended | undefined;
  do {
    const from = after;
    const some = await group.do((tables) => tables.delete(filter, from, performance.now() + TRANSACTION));
    deleted += some.deleted;
    after = some.after;
    if (after !== undefined) {
      await setTimeout(TRANSACTION);
    }
  } while (after !== undefined);
  return deleted;
}

function read(database: unknown, options: unknown): SqliteStoreOptions {
  const found: WorkflowProblem[] = [];
  if (violation(databaseSchema, database) !== undefined) {
    const message = `${SUBJECT}: \`database\` must be ${DATABASE}, got ${describeValue(database)}`;
    found.push({ code: 'invalidOption', option: 'database', value: database, expected: DATABASE, message });
  }
  return readOptions(options, SCHEMAS, SUBJECT, '', found);
}
