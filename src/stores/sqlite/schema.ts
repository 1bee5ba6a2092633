import { JobStoreError } from '../../journal/errors/job-store-error.ts';
import { ENDED_STATES } from '../../journal/list/saved-states.ts';
import type { Database } from './database.ts';
import { isBusy } from './sqlite-error.ts';

/** "tint", so that a file of another application is not mistaken for a store. */
const APPLICATION = 0x74696e74;
const FORMAT = 2;

/** The conditions and values of the index of ended and stuck jobs, which queries have to repeat. */
export const HAS_ENDED = `state IN (${['stuck', ...ENDED_STATES].map((state) => `'${state}'`).join(', ')})`;
export const END = 'coalesce(endedAt, createdAt)';

const tables = (schema: string) => `
  CREATE TABLE ${schema}.jobs (
    id TEXT PRIMARY KEY, workflow TEXT NOT NULL, version TEXT, tasks TEXT NOT NULL, context TEXT NOT NULL,
    createdAt REAL NOT NULL, deadline REAL, maxConcurrency INTEGER, maxRetries INTEGER NOT NULL,
    state TEXT NOT NULL, endedAt REAL, cancelledAt REAL, cancelReason TEXT, owner TEXT, heldUntil REAL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE ${schema}.attempts (
    job TEXT NOT NULL, task TEXT NOT NULL, attempt INTEGER NOT NULL, startedAt REAL NOT NULL,
    outcome TEXT, at REAL, value TEXT, reason TEXT, retryAt REAL,
    PRIMARY KEY (job, task, attempt)
  ) STRICT, WITHOUT ROWID;
  PRAGMA ${schema}.application_id = ${APPLICATION};`;

/**
 * What later formats added. The data of jobs is in a separate table, so tools that write to `jobs` keep working. In a file of this format,
 * the last pragma changes nothing, but fails if the file is read-only.
 */
const additions = (schema: string) => `
  CREATE TABLE IF NOT EXISTS ${schema}.details (
    job TEXT PRIMARY KEY, retryPolicy TEXT, deaths TEXT, ending TEXT, interrupted TEXT, acted TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS ${schema}.suspects ON details (job) WHERE deaths IS NOT NULL;
  DROP INDEX IF EXISTS ${schema}.jobsByState;
  CREATE INDEX IF NOT EXISTS ${schema}.jobsByOwner ON jobs (id, owner);
  CREATE INDEX IF NOT EXISTS ${schema}.jobsByTime ON jobs (createdAt, id);
  CREATE INDEX IF NOT EXISTS ${schema}.jobsByStateAndTime ON jobs (state, createdAt, id);
  CREATE INDEX IF NOT EXISTS ${schema}.jobsByWorkflow ON jobs (workflow, createdAt, id);
  CREATE INDEX IF NOT EXISTS ${schema}.jobsByStateAndWorkflow ON jobs (state, workflow, createdAt, id);
  CREATE INDEX IF NOT EXISTS ${schema}.jobsByEnd ON jobs (${END}, id) WHERE ${HAS_ENDED};
  PRAGMA ${schema}.user_version = ${FORMAT};`;

/**
 * Creates the tables, or migrates those of an older format.
 * @throws {JobStoreError} `STORE_UNREADABLE` if the database is not a store, or was written by a newer version
 */
export function prepareSchema(database: Database, schema: string): void {
  try {
    // Two processes may open a new file at the same time.
    database.exec('BEGIN IMMEDIATE');
  } catch (error) {
    if (isBusy(error) && isCurrent(database, schema)) {
      return;
    }
    throw error;
  }
  try {
    const application = numberIn(database, `PRAGMA ${schema}.application_id`);
    const format = numberIn(database, `PRAGMA ${schema}.user_version`);
    const isNew = application === 0 && numberIn(database, `SELECT count(*) FROM ${schema}.sqlite_master`) === 0;
    if (application !== APPLICATION && !isNew) {
      throw new JobStoreError('STORE_UNREADABLE', 'it belongs to another application and was not changed');
    }
    if (format > FORMAT) {
      const versions = `it has format ${format}, but this version reads format ${FORMAT}`;
      throw new JobStoreError('STORE_UNREADABLE', `it was written by a newer version of tintype: ${versions}`);
    }
    database.exec(`${isNew ? tables(schema) : ''}${additions(schema)}`);
    database.exec('COMMIT');
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

/** Whether the tables can be read before another connection has finished writing. */
const isCurrent = (database: Database, schema: string): boolean =>
  numberIn(database, `PRAGMA ${schema}.application_id`) === APPLICATION &&
  numberIn(database, `PRAGMA ${schema}.user_version`) === FORMAT;

export function rollBack(database: Database): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // SQLite already rolled back by itself.
  }
}

const numberIn = (database: Database, sql: string): number =>
  Number(Object.values(database.prepare(sql).get() as Record<string, unknown>)[0]);
