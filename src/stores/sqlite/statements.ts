import { MAX_NAME } from '../../journal/size-limits.ts';
import { ATTEMPT, JOB, SUMMARY, texts } from './columns.ts';
import type { Database, Statement } from './database.ts';
import { END, HAS_ENDED } from './schema.ts';

/** Bytes of an id become text by `|| ''`: with a cast, SQLite would search the index by time only. */
const list = (index: string, filter: string): string => `SELECT CAST(id AS BLOB) AS id, createdAt FROM jobs INDEXED BY ${index}
  WHERE ${filter} (createdAt, id) < (?, ? || '') ORDER BY createdAt DESC, jobs.id DESC LIMIT ?`;

const ENDED = `SELECT CAST(id AS BLOB) AS id, ${END} AS at, iif(? IS NULL, state <> 'stuck', state = ?) AND (? IS NULL OR workflow = ?) AS isMeant`;

/** Writes nothing to a job that another owner holds. */
const OWNED = 'WHERE id = ? AND owner = ?';

/** The same, without reading the row, which contains all tasks. */
const FROM_OWNED = `FROM jobs INDEXED BY jobsByOwner ${OWNED}`;

const SQL = {
  insertJob: `INSERT INTO jobs (id, workflow, version, tasks, context, createdAt, deadline, maxConcurrency, maxRetries, state, owner,
      heldUntil)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'running', ?, ?) ON CONFLICT DO NOTHING`,
  insertDetails: 'INSERT INTO details (job, retryPolicy) VALUES (?, ?)',
  job: `SELECT ${JOB}, ${texts(MAX_NAME, 'owner')}, owner IS NOT NULL AND owner <> ? AS isForeign FROM jobs WHERE id = ?`,
  summary: `SELECT ${SUMMARY} FROM jobs WHERE id = CAST(? AS TEXT)`,
  attempts: `SELECT ${ATTEMPT} FROM attempts WHERE job = ? AND (task, attempt) > (?, ?)
    ORDER BY attempts.task, attempts.attempt LIMIT ?`,
  isOwner: 'SELECT owner IS ? AS isOwner FROM jobs INDEXED BY jobsByOwner WHERE id = ?',
  hold: 'UPDATE jobs SET owner = ?, heldUntil = ? WHERE id = ?',
  unstick: "UPDATE jobs SET state = 'running', endedAt = NULL WHERE id = ? AND state = 'stuck'",
  saveDeaths: `INSERT INTO details (job, deaths) SELECT id, ? ${FROM_OWNED}
    ON CONFLICT DO UPDATE SET deaths = excluded.deaths`,
  saveEnding: `INSERT INTO details (job, ending, acted) SELECT id, ?, ? ${FROM_OWNED}
    ON CONFLICT DO UPDATE SET ending = excluded.ending, acted = excluded.acted`,
  saveInterrupted: `INSERT INTO details (job, interrupted) SELECT id, json_array(?) ${FROM_OWNED}
    ON CONFLICT DO UPDATE SET interrupted = json_insert(coalesce(interrupted, '[]'), '$[#]', excluded.interrupted ->> 0)`,
  clearDeaths: 'UPDATE details SET deaths = NULL WHERE job = ?',
  suspects: `SELECT CAST(id AS BLOB) AS id, ${texts(MAX_NAME, 'owner')}, CAST(deaths AS BLOB) AS deaths
    FROM details INDEXED BY suspects JOIN jobs ON id = job
    WHERE deaths IS NOT NULL AND (instr(deaths, ?) > 0 OR instr(owner, ?) > 0)`,
  renew: `UPDATE jobs SET heldUntil = ? ${OWNED}`,
  release: `UPDATE jobs SET owner = NULL, heldUntil = NULL ${OWNED}`,
  startAttempt: `INSERT INTO attempts (job, task, attempt, startedAt) SELECT id, ?, ?, ? ${FROM_OWNED}
    ON CONFLICT DO UPDATE SET startedAt = excluded.startedAt WHERE outcome IS NULL`,
  endAttempt: `INSERT INTO attempts (job, task, attempt, startedAt, outcome, at, value, reason, retryAt)
    SELECT id, ?, ?, ?, ?, ?, ?, ?, ? ${FROM_OWNED}
    ON CONFLICT DO UPDATE SET outcome = excluded.outcome, at = excluded.at, value = excluded.value, reason = excluded.reason,
      retryAt = excluded.retryAt WHERE outcome IS NULL`,
  cancel: `UPDATE jobs SET cancelledAt = ?, cancelReason = ? ${OWNED} AND cancelledAt IS NULL`,
  end: `UPDATE jobs SET state = ?, endedAt = ?, owner = NULL, heldUntil = NULL ${OWNED}`,
  change: `UPDATE jobs SET workflow = ?, version = ?, tasks = ? ${OWNED}`,
  list: list('jobsByTime', ''),
  listState: list('jobsByStateAndTime', 'state = ? AND'),
  listWorkflow: list('jobsByWorkflow', 'workflow = ? AND'),
  listBoth: list('jobsByStateAndWorkflow', 'state = ? AND workflow = ? AND'),
  ended: `${ENDED} FROM jobs INDEXED BY jobsByEnd
    WHERE ${HAS_ENDED} AND ${END} < ? AND ${END} >= ? AND (${END} > ? OR id > CAST(? AS TEXT)) ORDER BY ${END}, jobs.id LIMIT ?`,
  endedJob: `${ENDED} FROM jobs WHERE id = ? AND ${HAS_ENDED} AND ${END} < ?`,
  deleteAttempts: 'DELETE FROM attempts WHERE job = CAST(? AS TEXT)',
  deleteDetails: 'DELETE FROM details WHERE job = CAST(? AS TEXT)',
  deleteJob: 'DELETE FROM jobs WHERE id = CAST(? AS TEXT)',
} as const;

export type Statements = Readonly<Record<keyof typeof SQL, Statement>>;

/** An integer that is too large for a number is damage in one row, so integers are read as bigints. */
export function prepareAll(database: Database): Statements {
  const prepared = Object.entries(SQL).map(([name, sql]) => {
    const statement = database.prepare(sql);
    statement.safeIntegers(true);
    return [name, statement];
  });
  return Object.fromEntries(prepared) as Statements;
}
