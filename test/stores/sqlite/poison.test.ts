import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import Database from 'libsql';
import { deleteJobs, getJob, listJobs, resume, resumeAll, workflow } from 'tintype';
import { type SqliteStore, sqliteStore } from 'tintype/sqlite';
import { leaseOf, newJob } from '../../helpers/store-contract.ts';
import { withDirectory } from '../../helpers/with-directory.ts';

/** Lends a store with the jobs `a` and `c`, and with `b`, which has ended and is then damaged. */
const withDamaged = (damage: string, use: (store: SqliteStore, database: Database.Database) => Promise<void>) =>
  withDirectory(async (directory) => {
    const database = new Database(join(directory, 'jobs.db'));
    const store = sqliteStore(database);
    for (const id of ['a', 'b', 'c']) {
      await store.create({ ...newJob(id), version: '1', retryPolicy: { backoff: 5 } }, leaseOf('dead', 0, 0));
    }
    await store.append('b', 'dead', { type: 'attempt.succeeded', task: 'a', attempt: 1, at: 1, output: '1 [{}]' });
    await store.append('b', 'dead', { type: 'job.ended', at: 7, state: 'failed' });
    database.exec(damage);
    await use(store, database);
    database.close();
  });

/** What each damage hides from a list. */
const DAMAGES: Readonly<Record<string, readonly [damage: string, hidden: object]>> = {
  'a number out of range': ["UPDATE jobs SET maxConcurrency = 0 WHERE id = 'b'", { maxConcurrency: undefined }],
  'text that is not UTF-8': ["UPDATE jobs SET workflow = CAST(x'ff41' AS TEXT) WHERE id = 'b'", { workflow: undefined }],
  'a retry policy that is no JSON': ["UPDATE details SET retryPolicy = '{' WHERE job = 'b'", { retryPolicy: undefined }],
  'an unknown state': ["UPDATE jobs SET state = 'weird' WHERE id = 'b'", { state: undefined }],
  'a name as long as a book': ["UPDATE jobs SET version = hex(zeroblob(500000)) WHERE id = 'b'", { version: undefined }],
};

const summary = { workflow: 'flow', version: '1', state: 'failed', maxRetries: 5, retryPolicy: { backoff: 5 } };

async function staysUsable(t: ExecutionContext, store: SqliteStore): Promise<void> {
  const flow = workflow('flow').task({ name: 'a', run: () => ({}) });
  const resumed = await Promise.all(await resumeAll([flow], { store, onChange: () => true }));
  t.deepEqual(
    resumed.map(({ state }) => state),
    ['completed', 'completed'],
  );
}

for (const [name, [damage, hidden]] of Object.entries(DAMAGES)) {
  test(`a job with ${name} is an entry with a problem, and the others go on`, (t) =>
    withDamaged(damage, async (store) => {
      const { jobs, next } = await listJobs(store);
      t.is(next, undefined);
      t.deepEqual(
        jobs.map(({ id, problem }) => [id, problem?.code]),
        [
          ['c', undefined],
          ['b', 'STORE_UNREADABLE'],
          ['a', undefined],
        ],
      );
      t.like(jobs[1], { createdAt: 10, ...summary, ...hidden });
      for (const call of [store.read('b'), store.acquire('b', leaseOf('me'))]) {
        await t.throwsAsync(call, { code: 'STORE_UNREADABLE', message: /The job `b` is damaged/ });
      }
      await staysUsable(t, store);
      t.is(await deleteJobs(store, { id: 'b' }), 'state' in hidden ? 0 : 1);
      t.is(await deleteJobs(store, {}), 2);
    }));
}

const DAMAGES_OF_PARTS: Readonly<Record<string, string>> = {
  'an integer beyond all numbers':
    "UPDATE attempts SET attempt = 9223372036854775807 WHERE job = 'b'; UPDATE attempts SET outcome = 'x'",
  'an attempt that is not UTF-8': "UPDATE attempts SET value = CAST(x'ff' AS TEXT) WHERE job = 'b'",
  'an unknown outcome': "UPDATE attempts SET outcome = 'weird' WHERE job = 'b'",
  'a condition that was neither true nor false':
    "UPDATE attempts SET attempt = 0, outcome = 'condition.decided', value = 'perhaps' WHERE job = 'b'",
  'a failed condition without an error':
    "UPDATE attempts SET attempt = 0, outcome = 'condition.failed', value = NULL WHERE job = 'b'",
  'a condition without an outcome': "UPDATE attempts SET attempt = 0, outcome = NULL WHERE job = 'b'",
  'an attempt that is a condition': "UPDATE attempts SET outcome = 'condition.decided', value = 'true' WHERE job = 'b'",
  'a condition that is an attempt': "UPDATE attempts SET attempt = 0 WHERE job = 'b'",
  'tasks that are no list': "UPDATE jobs SET tasks = '{}' WHERE id = 'b'",
  'a context that is not UTF-8': "UPDATE jobs SET context = CAST(x'c328' AS TEXT) WHERE id = 'b'",
};

for (const [name, damage] of Object.entries(DAMAGES_OF_PARTS)) {
  test(`a job with ${name} is refused when it is read, and can be deleted`, (t) =>
    withDamaged(damage, async (store) => {
      const { jobs } = await listJobs(store);
      t.deepEqual(
        jobs.map(({ id, problem }) => [id, problem]),
        [
          ['c', undefined],
          ['b', undefined],
          ['a', undefined],
        ],
      );
      await t.throwsAsync(store.read('b'), { code: 'STORE_UNREADABLE', message: /job `b`/ });
      await t.throwsAsync(store.acquire('b', leaseOf('me')), { code: 'STORE_UNREADABLE' });
      await staysUsable(t, store);
      t.is(await deleteJobs(store, { workflow: 'flow', state: 'failed' }), 1);
    }));
}

test('a list reads no contexts: a damaged one is a problem when its job is loaded', (t) =>
  withDamaged("UPDATE jobs SET context = 'garbage' WHERE id = 'b'", async (store) => {
    const { jobs } = await listJobs(store);
    t.deepEqual(
      jobs.map(({ problem }) => problem),
      [undefined, undefined, undefined],
    );
    const flow = workflow('flow', { version: '1' }).task({ name: 'a', run: () => ({}) });
    const unreadable = { code: 'STORE_UNREADABLE', message: /Job `b` can't be read: its context is damaged/ };
    await t.throwsAsync(getJob(store, 'b'), unreadable);
    await t.throwsAsync(resume(flow, 'b', { store, onChange: () => true }).unwrap(), unreadable);
  }));

test('an ended job without the time of its end can be deleted', (t) =>
  withDamaged("UPDATE jobs SET endedAt = NULL WHERE id = 'b'", async (store) => {
    t.is(await deleteJobs(store, { before: 11 }), 1);
  }));

test('a lease until no time at all is still a lease', (t) =>
  withDamaged("UPDATE jobs SET heldUntil = 9e15 WHERE id = 'a'", async (store) => {
    await t.throwsAsync(store.acquire('a', leaseOf('me')), {
      code: 'JOB_HELD',
      message: 'Another process is running the job `a`',
    });
  }));

test('values too large to be loaded are refused before they are', (t) =>
  withDamaged('', async (store, database) => {
    const context = (size: number) => `UPDATE jobs SET context = CAST(zeroblob(${size}) AS TEXT) WHERE id = 'b'`;
    database.exec(context(64 * 2 ** 20 + 1));
    await t.throwsAsync(store.read('b'), { code: 'STORE_UNREADABLE', message: /context: it has 67108865 bytes/ });
    database.exec(context(1));
    database.exec('PRAGMA ignore_check_constraints = ON');
    for (let attempt = 2; attempt < 11; attempt += 1) {
      database.exec(`INSERT INTO attempts (job, task, attempt, startedAt, outcome, at, value)
        VALUES ('b', 'a', ${attempt}, 1, 'attempt.succeeded', 1, CAST(zeroblob(${60 * 2 ** 20}) AS TEXT))`);
    }
    await t.throwsAsync(store.acquire('b', leaseOf('me')), {
      code: 'STORE_UNREADABLE',
      message: /The job `b` can't be loaded: it has \d+ bytes, more than 536870912/,
    });
    await staysUsable(t, store);
  }));

/** A search of an index from one place on. */
const PLAN =
  /^SEARCH \w+ USING (COVERING INDEX|INDEX|PRIMARY KEY) .*\(.*(\(createdAt,id\)<\(\?,\?\)|<expr>>\? AND <expr><\?|\(task,attempt\)>\(\?,\?\))\)$/;

/** The queries that a store prepares, and the function that prepares them. */
function preparedQueries(directory: string) {
  const database = new Database(join(directory, 'jobs.db'));
  const queries: string[] = [];
  const prepare = database.prepare.bind(database);
  database.prepare = (sql) => {
    queries.push(sql);
    return prepare(sql);
  };
  sqliteStore(database);
  return { database, prepare, queries };
}

test('a page reads as many rows as it returns, by an index', (t) =>
  withDirectory(async (directory) => {
    const { database, prepare, queries } = preparedQueries(directory);
    const paged = queries.filter((sql) => sql.includes('ORDER BY') && sql.includes('LIMIT'));
    t.is(paged.length, 6);
    for (const sql of paged) {
      const plan = prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { readonly detail: string }[];
      t.is(plan.length, 1, sql);
      t.regex(plan[0]?.detail ?? '', PLAN, sql);
    }
    database.close();
  }));

test('saving an attempt does not read the row of its job, which contains all tasks', (t) =>
  withDirectory(async (directory) => {
    const { database, prepare, queries } = preparedQueries(directory);
    const saving = queries.filter((sql) => sql.includes('INSERT INTO attempts'));
    t.is(saving.length, 2);
    for (const sql of saving) {
      const plan = prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { readonly detail: string }[];
      t.deepEqual(
        plan.map(({ detail }) => detail),
        ['SEARCH jobs USING COVERING INDEX jobsByOwner (id=? AND owner=?)'],
      );
    }
    database.close();
  }));
