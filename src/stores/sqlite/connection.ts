import { type BigIntStats, statSync } from 'node:fs';
import { JobStoreError } from '../../journal/errors/job-store-error.ts';
import { type Database, loadLibrary, type Statement } from './database.ts';
import { prepareSchema, rollBack } from './schema.ts';
import { isBusy, openError, storeError } from './sqlite-error.ts';
import { Tables } from './tables.ts';

/** The name of an attached file. */
const ATTACHED = 'store';

/** How often transactions check that the file is still there, in milliseconds. Lease renewals always do. */
const CHECK = 100;

/** A connection to the database of a store. */
export class Connection {
  readonly #database: Database;
  readonly #source: string | object;
  readonly #sync: string;
  readonly #isOwn: boolean;
  /** Reads the busy timeout of a database that was passed in. */
  readonly #timeout: Statement | undefined;
  #checkedAt = -CHECK;
  #isAttached = false;
  #tables: Tables | undefined;
  #file: { readonly path: string; readonly dev: bigint; readonly ino: bigint } | undefined;

  /**
   * Opens a database. If it is busy, the rest is done before the first transaction.
   * @throws {JobStoreError}
   */
  constructor(source: string | object, sync: string) {
    this.#source = source;
    this.#sync = sync;
    // A file is attached, because it can be detached: `libsql` keeps a file open until its statements are garbage.
    this.#database = typeof source === 'string' ? new (loadLibrary())(':memory:') : (source as Database);
    this.#isOwn = typeof source === 'string';
    if (this.#isOwn) {
      this.#database.exec('PRAGMA busy_timeout = 0');
    } else {
      this.#timeout = this.#database.prepare('PRAGMA busy_timeout');
    }
    try {
      this.#withoutWaiting(() => this.#prepare());
    } catch (error) {
      if (!isBusy(error)) {
        this.close();
        throw error;
      }
    }
  }

  get isOpen(): boolean {
    return this.#database.open;
  }

  /** How messages name the database. */
  get name(): string {
    const path = this.#isOwn ? this.#source : this.#file?.path;
    return path === undefined ? 'The database' : `The file ${JSON.stringify(path)}`;
  }

  /**
   * Begins a transaction. One that writes can't begin while another connection is writing.
   * @throws an error of the database, or a JobStoreError
   */
  begin(isRead: boolean): Tables {
    if (!this.isOpen) {
      throw new JobStoreError('STORE_FAILED', 'The store is closed');
    }
    if (this.#database.inTransaction) {
      throw Object.assign(new Error('the database is in a transaction of the application'), { code: 'SQLITE_BUSY' });
    }
    return this.#withoutWaiting(() => {
      const tables = this.#prepare();
      if (performance.now() > this.#checkedAt + CHECK) {
        this.checkFile();
      }
      this.#database.exec(isRead ? 'BEGIN' : 'BEGIN IMMEDIATE');
      return tables;
    });
  }

  commit(): void {
    this.#database.exec('COMMIT');
  }

  rollBack(): void {
    rollBack(this.#database);
  }

  /** Closes a file. The last connection to it leaves no other files behind. */
  close(): void {
    if (this.#isOwn && this.isOpen) {
      try {
        this.#database.exec(`DETACH ${ATTACHED}`);
      } catch {
        // It was not attached.
      }
      this.#database.close();
    }
  }

  #prepare(): Tables {
    this.#tables ??= this.#open();
    return this.#tables;
  }

  #open(): Tables {
    const schema = this.#isOwn ? ATTACHED : 'main';
    if (typeof this.#source === 'string' && !this.#isAttached) {
      try {
        this.#database.prepare(`ATTACH ? AS ${ATTACHED}`).run(this.#source);
      } catch (error) {
        throw openError(this.#source, error);
      }
      this.#isAttached = true;
    }
    try {
      prepareSchema(this.#database, schema);
      this.#database.prepare(`PRAGMA ${schema}.journal_mode = WAL`).get();
      this.#database.exec(`PRAGMA ${schema}.synchronous = ${this.#sync}`);
      this.#file = this.#identify(schema);
      return new Tables(this.#database);
    } catch (error) {
      const what = this.#isOwn ? `Can't use the file ${JSON.stringify(this.#source)}` : "Can't use the database";
      throw error instanceof JobStoreError
        ? new JobStoreError(error.code, `${what}: ${error.message}`, { cause: error })
        : storeError(what, error);
    }
  }

  /** Which file is open; undefined if there is none, as in memory. */
  #identify(schema: string) {
    const sql = `SELECT file FROM pragma_database_list WHERE name = '${schema}'`;
    const { file: path } = this.#database.prepare(sql).get() as { readonly file: string | null };
    const found = path ? identityOf(path) : undefined;
    return path && found ? { path, dev: found.dev, ino: found.ino } : undefined;
  }

  /**
   * Another process may use a new file at the same path, while this one writes to the old one.
   * @throws {JobStoreError}
   */
  checkFile(): void {
    this.#checkedAt = performance.now();
    if (this.#file === undefined) {
      return;
    }
    const { path, dev, ino } = this.#file;
    const found = identityOf(path);
    if (found?.ino !== ino || found.dev !== dev) {
      this.#checkedAt = -CHECK;
      const what = found === undefined ? 'deleted or moved' : 'replaced';
      throw new JobStoreError(
        'STORE_FAILED',
        `The file ${JSON.stringify(path)} was ${what} while the store was using it: close the store and open it again`,
      );
    }
  }

  /** The driver would wait for a busy database, and block the event loop. A database that was passed in keeps its setting. */
  #withoutWaiting<T>(work: () => T): T {
    const timeout = this.#timeout === undefined ? 0 : Number(timeoutIn(this.#timeout));
    if (timeout === 0) {
      return work();
    }
    this.#database.exec('PRAGMA busy_timeout = 0');
    try {
      return work();
    } finally {
      this.#database.exec(`PRAGMA busy_timeout = ${timeout}`);
    }
  }
}

const timeoutIn = (statement: Statement): number | bigint => (statement.get() as { readonly timeout: number | bigint }).timeout;

const identityOf = (path: string): BigIntStats | undefined => statSync(path, { bigint: true, throwIfNoEntry: false });
