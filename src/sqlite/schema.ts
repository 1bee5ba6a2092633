import { JobStoreError } from '../runtime/errors/job-store-error.ts';
import type { Database } from './database.ts';

/** "tint", so that a file of another application is not taken for a store. */
const APPLICATION = 0x74696e74;
const FORMAT = 2;

const TABLES = `
  CREATE TABLE jobs (
    id TEXT PRIMARY KEY, workflow TEXT NOT NULL, version TEXT, tasks TEXT NOT NULL, context TEXT NOT NULL,
    createdAt REAL NOT NULL, deadline REAL, maxConcurrency INTEGER, maxRetries INTEGER NOT NULL,
    state TEXT NOT NULL, endedAt REAL, cancelledAt REAL, cancelReason TEXT, owner TEXT, heldUntil REAL, retryPolicy TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX jobsByState ON jobs (state, createdAt);
  CREATE TABLE attempts (
    job TEXT NOT NULL, task TEXT NOT NULL, attempt INTEGER NOT NULL, startedAt REAL NOT NULL,
    outcome TEXT, at REAL, value TEXT, reason TEXT, retryAt REAL,
    PRIMARY KEY (job, task, attempt)
  ) STRICT, WITHOUT ROWID;
  PRAGMA application_id = ${APPLICATION};
  PRAGMA user_version = ${FORMAT};
`;

/** What brings the tables of each older format to the next. */
const MIGRATIONS: Readonly<Record<number, string>> = {
  1: 'ALTER TABLE jobs ADD COLUMN retryPolicy TEXT; PRAGMA user_version = 2;',
};

/**
 * Makes the tables, or brings those of an older format up to date.
 * @throws {JobStoreError} `STORE_UNREADABLE` when the database is not a store, or one of a newer version
 */
export function prepareSchema(database: Database): void {
  // Two processes may open a new file at the same time.
  database.exec('BEGIN IMMEDIATE');
  try {
    const application = numberIn(database, 'PRAGMA application_id');
    const format = numberIn(database, 'PRAGMA user_version');
    if (application !== APPLICATION && (application !== 0 || numberIn(database, 'SELECT count(*) FROM sqlite_master') > 0)) {
      throw new JobStoreError('STORE_UNREADABLE', 'The database belongs to another application; it was left as it is');
    }
    if (format > FORMAT) {
      const versions = `it has format ${format}, this version of tintype reads format ${FORMAT}`;
      throw new JobStoreError('STORE_UNREADABLE', `The database was written by a newer version of tintype: ${versions}`);
    }
    // The last writes nothing new, but fails at once where nothing can be written.
    database.exec(application === 0 ? TABLES : (MIGRATIONS[format] ?? `PRAGMA user_version = ${format}`));
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

const numberIn = (database: Database, sql: string): number =>
  Number(Object.values(database.prepare(sql).get() as Record<string, unknown>)[0]);
