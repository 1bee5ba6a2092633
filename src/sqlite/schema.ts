import { JobStoreError } from '../runtime/errors/job-store-error.ts';
import type { Database } from './database.ts';

/** "tint", so that a file of another application is not mistaken for a store. */
const APPLICATION = 0x74696e74;
const FORMAT = 2;

/** What later formats added to jobs, in a separate table: tools that write to `jobs` keep working. */
const DETAILS = 'CREATE TABLE details (job TEXT PRIMARY KEY, retryPolicy TEXT NOT NULL) STRICT, WITHOUT ROWID;';

const TABLES = `
  CREATE TABLE jobs (
    id TEXT PRIMARY KEY, workflow TEXT NOT NULL, version TEXT, tasks TEXT NOT NULL, context TEXT NOT NULL,
    createdAt REAL NOT NULL, deadline REAL, maxConcurrency INTEGER, maxRetries INTEGER NOT NULL,
    state TEXT NOT NULL, endedAt REAL, cancelledAt REAL, cancelReason TEXT, owner TEXT, heldUntil REAL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX jobsByState ON jobs (state, createdAt);
  CREATE TABLE attempts (
    job TEXT NOT NULL, task TEXT NOT NULL, attempt INTEGER NOT NULL, startedAt REAL NOT NULL,
    outcome TEXT, at REAL, value TEXT, reason TEXT, retryAt REAL,
    PRIMARY KEY (job, task, attempt)
  ) STRICT, WITHOUT ROWID;
  ${DETAILS}
  PRAGMA application_id = ${APPLICATION};
  PRAGMA user_version = ${FORMAT};
`;

/** What brings the tables of each older format up to date. */
const MIGRATIONS: Readonly<Record<number, string>> = { 1: `${DETAILS} PRAGMA user_version = ${FORMAT};` };

/**
 * Creates the tables, or migrates those of an older format.
 * @throws {JobStoreError} `STORE_UNREADABLE` if the database is not a store, or was written by a newer version
 */
export function prepareSchema(database: Database): void {
  // Two processes may open a new file at the same time.
  database.exec('BEGIN IMMEDIATE');
  try {
    const application = numberIn(database, 'PRAGMA application_id');
    const format = numberIn(database, 'PRAGMA user_version');
    if (application !== APPLICATION && (application !== 0 || numberIn(database, 'SELECT count(*) FROM sqlite_master') > 0)) {
      throw new JobStoreError('STORE_UNREADABLE', 'it belongs to another application and was not changed');
    }
    if (format > FORMAT) {
      const versions = `it has format ${format}, but this version reads format ${FORMAT}`;
      throw new JobStoreError('STORE_UNREADABLE', `it was written by a newer version of tintype: ${versions}`);
    }
    // The last one changes nothing, but fails at once if the database is read-only.
    database.exec(application === 0 ? TABLES : (MIGRATIONS[format] ?? `PRAGMA user_version = ${format}`));
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

const numberIn = (database: Database, sql: string): number =>
  Number(Object.values(database.prepare(sql).get() as Record<string, unknown>)[0]);
