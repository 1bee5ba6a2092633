import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import Database from 'libsql';
import type { JobStoreError } from 'tintype';
import { sqliteStore } from 'tintype/sqlite';
import { leaseOf, newJob } from '../../helpers/store-contract.ts';
import { withDirectory } from '../../helpers/with-directory.ts';

/** Longer than any test waits, in milliseconds. */
const LONG = 600_000;

/** Lets other code of this process run for a while. */
async function pause(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) {
    await setImmediate();
  }
}

/** Counts the transactions of a database. */
function countTransactions(database: Database.Database): () => number {
  let count = 0;
  const exec = database.exec.bind(database);
  database.exec = (sql) => {
    count += sql === 'COMMIT' ? 1 : 0;
    return exec(sql);
  };
  return () => count;
}

test('while another connection writes, calls wait, and this process goes on', (t) =>
  withDirectory(async (directory) => {
    const file = join(directory, 'jobs.db');
    await using store = sqliteStore(file, { busyTimeout: LONG });
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    let isSettled = false;
    const calls = Promise.all([
      store.create(newJob('one'), leaseOf('me')),
      store.list({}),
      store.append('one', 'me', { type: 'job.ended', at: 5, state: 'failed' }),
    ]).finally(() => {
      isSettled = true;
    });
    await pause();
    t.false(isSettled);
    other.exec('ROLLBACK');
    other.close();
    const [, { jobs }] = await calls;
    t.is(jobs.length, 1);
    t.is((await store.read('one'))?.state, 'failed');
  }));

test('calls that only read don’t wait while another connection writes, in a store that has just been opened, too', (t) =>
  withDirectory(async (directory) => {
    const file = join(directory, 'jobs.db');
    await using first = sqliteStore(file);
    await first.create(newJob('one'), leaseOf('me'));
    const other = new Database(file);
    other.exec("BEGIN IMMEDIATE; UPDATE jobs SET workflow = 'unseen'");
    await using second = sqliteStore(file, { busyTimeout: 0 });
    for (const store of [first, second]) {
      t.like(await store.read('one'), { id: 'one', workflow: newJob('one').workflow });
      t.is((await store.list({})).jobs.length, 1);
      t.deepEqual(await store.suspects?.('me'), []);
    }
    other.exec('ROLLBACK');
    other.close();
  }));

test('a read waits for the writes requested before it, and for no others', (t) =>
  withDirectory(async (directory) => {
    const file = join(directory, 'jobs.db');
    await using store = sqliteStore(file, { busyTimeout: LONG });
    await store.create(newJob('one'), leaseOf('me'));
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    const before = store.read('two');
    const created = store.create(newJob('two'), leaseOf('me'));
    const after = store.read('two');
    const renewed = store.renew('one', leaseOf('me', 0, 500));
    t.is(await before, undefined);
    other.exec('ROLLBACK');
    other.close();
    await Promise.all([created, renewed]);
    t.is((await after)?.id, 'two');
    t.is((await store.read('one'))?.heldUntil, 500);
  }));

test('a read whose writes ahead of it have failed is done', (t) =>
  withDirectory(async (directory) => {
    const file = join(directory, 'jobs.db');
    await using store = sqliteStore(file, { busyTimeout: 0 });
    await store.create(newJob('one'), leaseOf('me'));
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    const [created, read, listed] = await Promise.allSettled([
      store.create(newJob('two'), leaseOf('me')),
      store.read('two'),
      store.list({}),
    ]);
    t.is(created.status, 'rejected');
    t.like(read, { status: 'fulfilled', value: undefined });
    t.like(listed, { status: 'fulfilled', value: { next: undefined } });
    other.exec('ROLLBACK');
    other.close();
  }));

test('a read rejects if even readers are locked out', (t) =>
  withDirectory(async (directory) => {
    const file = join(directory, 'jobs.db');
    const other = new Database(file);
    other.exec('BEGIN EXCLUSIVE');
    await using store = sqliteStore(file, { busyTimeout: 0 });
    const error = await t.throwsAsync<JobStoreError>(store.read('one'), { code: 'STORE_FAILED', message: /locked/ });
    t.true(error?.isTransient);
    t.true(error?.cause instanceof Error && !('isTransient' in error.cause));
    other.exec('ROLLBACK');
    other.close();
  }));

test('the tables of an older format are read once they are migrated, which waits for other connections', (t) =>
  withDirectory(async (directory) => {
    const file = join(directory, 'jobs.db');
    sqliteStore(file).close();
    const other = new Database(file);
    other.exec('PRAGMA user_version = 1; BEGIN IMMEDIATE');
    await using store = sqliteStore(file, { busyTimeout: 0 });
    await t.throwsAsync(store.read('one'), { code: 'STORE_FAILED', message: /locked/ });
    other.exec('ROLLBACK');
    t.is(await store.read('one'), undefined);
    t.like(other.prepare('PRAGMA user_version').get(), { user_version: 2 });
    other.close();
  }));

test('a database in memory has no file to name', async (t) => {
  const database = new Database(':memory:');
  const store = sqliteStore(database, { busyTimeout: 0 });
  database.exec('BEGIN');
  await t.throwsAsync(store.list({}), { message: /^The database was busy for 0 ms .*in a transaction of the application/ });
  database.close();
});

test('a store opens while its database is busy, and creates its tables later', (t) =>
  withDirectory(async (directory) => {
    const file = join(directory, 'jobs.db');
    const other = new Database(file);
    other.exec('BEGIN EXCLUSIVE');
    await using store = sqliteStore(file, { busyTimeout: LONG });
    const created = store.create(newJob('one'), leaseOf('me'));
    await pause();
    other.exec('ROLLBACK');
    other.close();
    await created;
    t.is((await store.read('one'))?.state, 'running');
  }));

test('after its `busyTimeout` a call rejects with an error that may pass', (t) =>
  withDirectory(async (directory) => {
    const file = join(directory, 'jobs.db');
    const store = sqliteStore(file, { busyTimeout: 0 });
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    const error = await t.throwsAsync<JobStoreError>(store.create(newJob('one'), leaseOf('me')), { code: 'STORE_FAILED' });
    t.true(error?.isTransient);
    t.true(error?.message.startsWith(`The file ${JSON.stringify(file)} was busy for 0 ms (\`busyTimeout\`): `), error?.message);
    t.regex(error?.message ?? '', /locked/);
    const late = t.throwsAsync<JobStoreError>(store.create(newJob('two'), leaseOf('me')), {
      code: 'STORE_FAILED',
      message: /closed while its database was busy/,
    });
    store.close();
    t.false((await late)?.isTransient);
    await t.throwsAsync<JobStoreError>(store.read('one'), { code: 'STORE_FAILED', message: 'The store is closed' });
    other.close();
  }));

test('a database that was passed in keeps its own timeout', (t) =>
  withDirectory(async (directory) => {
    const file = join(directory, 'jobs.db');
    const database = new Database(file);
    const timeout = () => database.prepare('PRAGMA busy_timeout').get();
    database.exec('PRAGMA busy_timeout = 1234');
    const store = sqliteStore(database, { busyTimeout: 0 });
    t.like(timeout(), { timeout: 1234 });
    await store.create(newJob('one'), leaseOf('me'));
    t.like(timeout(), { timeout: 1234 });
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    await t.throwsAsync(store.renew('one', leaseOf('me')), { code: 'STORE_FAILED', message: /The file .*jobs\.db/ });
    t.like(timeout(), { timeout: 1234 });
    other.close();
    database.close();
  }));

test('jobs are deleted in short transactions, and others write between them', (t) =>
  withDirectory(async (directory) => {
    const database = new Database(join(directory, 'jobs.db'));
    const store = sqliteStore(database, { sync: 'off' });
    const ids = Array.from({ length: 1000 }, (_, index) => `job ${index}`);
    await Promise.all(ids.map((id) => store.create(newJob(id), leaseOf('me'))));
    await Promise.all(ids.map((id) => store.append(id, 'me', { type: 'job.ended', at: 5, state: 'completed' })));
    const transactions = countTransactions(database);
    let isDeleted = false;
    const deleted = store.delete({}).finally(() => {
      isDeleted = true;
    });
    await store.create(newJob('another'), leaseOf('me'));
    await store.renew('another', leaseOf('me'));
    t.false(isDeleted);
    t.is(await deleted, 1000);
    t.true(transactions() >= 10);
    t.is((await store.list({})).jobs.length, 1);
    database.close();
  }));

test('a job of many attempts is loaded in short transactions, in the order in which they started', (t) =>
  withDirectory(async (directory) => {
    const database = new Database(join(directory, 'jobs.db'));
    const store = sqliteStore(database, { sync: 'off' });
    await store.create(newJob('one'), leaseOf('me', 0, 100));
    const numbers = Array.from({ length: 2200 }, (_, index) => index);
    const start = (number: number) =>
      ({ type: 'attempt.started', task: `t${number % 1100}`, attempt: number < 1100 ? 1 : 2, at: 9000 - number }) as const;
    await Promise.all(numbers.map((number) => store.append('one', 'me', start(number))));
    const transactions = countTransactions(database);
    const { attempts } = await store.acquire('one', leaseOf('you', 200, 300));
    t.is(transactions(), 5);
    t.deepEqual(
      attempts.map(({ startedAt }) => 9000 - startedAt),
      [...numbers].reverse(),
    );
    t.deepEqual((await store.read('one'))?.attempts, attempts);
    database.exec("UPDATE attempts SET outcome = 'weird' WHERE startedAt = 9000 - 1099");
    await t.throwsAsync(store.acquire('one', leaseOf('third', 300, 400)), { code: 'STORE_UNREADABLE' });
    database.exec('UPDATE attempts SET outcome = NULL');
    t.is((await store.acquire('one', leaseOf('fourth', 301, 400))).heldUntil, 400);
    await store.append('one', 'fourth', { type: 'job.ended', at: 5, state: 'failed' });
    const [read] = await Promise.all([store.read('one'), store.delete({})]);
    t.is(read, undefined);
    database.close();
  }));

test.serial('much work of one tick is several transactions, in order', (t) =>
  withDirectory(async (directory) => {
    const database = new Database(join(directory, 'jobs.db'));
    const store = sqliteStore(database, { sync: 'off' });
    const transactions = countTransactions(database);
    const ids = Array.from({ length: 20 }, (_, index) => `job ${index}`);
    const { now } = performance;
    let time = 0;
    // Each look at the clock costs 4 ms.
    performance.now = () => {
      time += 4;
      return time;
    };
    try {
      const calls = ids.map((id) => store.create(newJob(id), leaseOf('me')));
      await Promise.all([...calls, store.append('job 19', 'me', { type: 'job.ended', at: 500, state: 'failed' })]);
    } finally {
      performance.now = now;
    }
    t.true(transactions() > 3);
    t.is((await store.read('job 19'))?.endedAt, 500);
    database.close();
  }),
);

test('a renewal is saved before the entries that wait, so a lease does not expire behind them', (t) =>
  withDirectory(async (directory) => {
    await using store = sqliteStore(join(directory, 'jobs.db'));
    await store.create(newJob('one'), leaseOf('me'));
    const order: string[] = [];
    const entries = Array.from({ length: 20 }, (_, index) =>
      store
        .append('one', 'me', { type: 'attempt.started', task: 'a', attempt: index + 1, at: 1 })
        .then(() => order.push(`entry ${index + 1}`)),
    );
    const renewed = store.renew('one', leaseOf('me')).then(() => order.push('renewal'));
    await Promise.all([...entries, renewed]);
    t.deepEqual(order.slice(0, 2), ['renewal', 'entry 1']);
  }));
