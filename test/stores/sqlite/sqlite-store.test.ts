import '../../helpers/still-time.ts';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import Database from 'libsql';
import { getJob, type JobStoreError, resume, run, workflow } from 'tintype';
import { sqliteStore } from 'tintype/sqlite';
import { deferred } from '../../../src/runtime/deferred.ts';
import { leaseOf, newJob, testStore } from '../../helpers/store-contract.ts';
import { withDirectory } from '../../helpers/with-directory.ts';

testStore(test, 'SQLite', (use) =>
  withDirectory(async (directory) => {
    await using store = sqliteStore(join(directory, 'jobs.db'));
    await use(store);
  }),
);

test('a job in a file goes on after the file was closed and opened again', (t) =>
  withDirectory(async (directory) => {
    const file = join(directory, 'jobs.db');
    const called: string[] = [];
    const bIsCalled = deferred<void>();
    const flow = (stops: boolean) =>
      workflow('flow')
        .task({ name: 'a', run: () => ({ when: new Date(called.push('a')) }) })
        .task({
          name: 'b',
          dependencies: ['a'],
          run: async ({ when }, { signal }) => {
            called.push('b');
            bIsCalled.resolve();
            if (stops) {
              await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
            }
            return { sum: when.getTime() + 1n.toString().length };
          },
        });
    const before = sqliteStore(file);
    const job = run(flow(true), { id: 'one', store: before });
    await bIsCalled.promise;
    job.suspend();
    await job.drained;
    before.close();
    await using store = sqliteStore(file, { sync: 'normal' });
    const { sum } = await resume(flow(false), 'one', { store }).unwrap();
    t.is(sum, 2);
    t.deepEqual(called, ['a', 'b', 'b']);
  }));

test('calls in the same tick share one transaction, and a rejected call doesn’t undo the others', (t) =>
  withDirectory(async (directory) => {
    const database = new Database(join(directory, 'jobs.db'));
    const store = sqliteStore(database);
    const executed: string[] = [];
    const exec = database.exec.bind(database);
    database.exec = (sql) => {
      executed.push(sql);
      return exec(sql);
    };
    const answers = await Promise.allSettled([
      store.create(newJob('one'), leaseOf('me')),
      store.create(newJob('one'), leaseOf('you')),
      store.append('one', 'me', { type: 'attempt.started', task: 'a', attempt: 1, at: 1 }),
    ]);
    t.deepEqual(executed, ['BEGIN IMMEDIATE', 'COMMIT']);
    t.deepEqual(
      answers.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    t.is((await store.read('one'))?.attempts.length, 1);
    store.close();
    t.true(database.open);
    database.close();
  }));

test('a full disk is a clear error for what doesn’t fit, and for nothing else in the same tick', (t) =>
  withDirectory(async (directory) => {
    const database = new Database(join(directory, 'jobs.db'));
    const store = sqliteStore(database);
    await store.create(newJob('one'), leaseOf('me'));
    database.exec('PRAGMA max_page_count = 1');
    const huge = { ...newJob('two'), context: 'x'.repeat(1_000_000) };
    const [created, renewed, alsoCreated] = await Promise.allSettled([
      store.create(huge, leaseOf('me')),
      store.renew('one', leaseOf('me', 0, 500)),
      store.create({ ...huge, id: 'three' }, leaseOf('me')),
    ]);
    for (const answer of [created, alsoCreated]) {
      t.is(answer.status === 'rejected' && answer.reason.code, 'STORE_FAILED');
      t.true(answer.status === 'rejected' && answer.reason.isTransient);
      t.regex(answer.status === 'rejected' ? answer.reason.message : '', /full/);
      t.false(answer.status === 'rejected' && answer.reason.message.includes('xxx'));
    }
    t.is(renewed.status, 'fulfilled');
    database.exec('PRAGMA max_page_count = 100000');
    t.is((await store.read('one'))?.heldUntil, 500);
    t.is(await store.read('two'), undefined);
    await store.create(huge, leaseOf('me'));
    database.close();
  }));

test('if a transaction can’t begin, all calls in it reject', (t) =>
  withDirectory(async (directory) => {
    const file = join(directory, 'jobs.db');
    const store = sqliteStore(file, { busyTimeout: 0 });
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    const answers = await Promise.allSettled([
      store.create(newJob('one'), leaseOf('me')),
      store.create(newJob('two'), leaseOf('me')),
    ]);
    for (const answer of answers) {
      t.regex(answer.status === 'rejected' ? answer.reason.message : '', /locked|busy/);
    }
    other.exec('ROLLBACK');
    other.close();
    await store.create(newJob('one'), leaseOf('me'));
    store.close();
  }));

test('a transaction of the application in a database that it shares is left as it is', (t) =>
  withDirectory(async (directory) => {
    const database = new Database(join(directory, 'jobs.db'));
    const store = sqliteStore(database, { busyTimeout: 0 });
    database.exec('BEGIN');
    database.exec(`CREATE TABLE mine (n); INSERT INTO mine VALUES (7)`);
    const refused = { code: 'STORE_FAILED', message: /in a transaction of the application/ };
    t.true((await t.throwsAsync<JobStoreError>(store.create(newJob('one'), leaseOf('me')), refused))?.isTransient);
    database.exec('COMMIT');
    await store.create(newJob('one'), leaseOf('me'));
    t.like(database.prepare('SELECT n FROM mine').get(), { n: 7 });
    database.close();
  }));

test('parameters have no numbers: better-sqlite3 would take them for names', (t) => {
  t.notRegex(readFileSync('src/stores/sqlite/statements.ts', 'utf8'), /\?\d/);
});

test('names that SQLite would make one are refused', (t) =>
  withDirectory(async (directory) => {
    await using store = sqliteStore(join(directory, 'jobs.db'));
    for (const id of ['a\0b', 'a\ud800', '\udc00']) {
      const refused = { code: 'STORE_FAILED', message: /SQLite can't store the name/ };
      await t.throwsAsync(store.create(newJob(id), leaseOf('me')), refused);
      await t.throwsAsync(store.acquire(id, leaseOf('me')), refused);
      await t.throwsAsync(store.read(id), refused);
    }
    await store.create(newJob('a😀'), leaseOf('me'));
    t.is((await store.read('a😀'))?.id, 'a😀');
  }));

test('a file that is no store is refused, and left as it is', (t) =>
  withDirectory((directory) => {
    const refuses = (file: string, code: string, message: RegExp) =>
      t.throws(() => sqliteStore(join(directory, file)), { code, message }, file);
    writeFileSync(join(directory, 'text'), 'This is a text. '.repeat(100));
    refuses('text', 'STORE_UNREADABLE', /Can't use the file "[^"]*text": .*not a database/);
    t.is(readFileSync(join(directory, 'text'), 'utf8'), 'This is a text. '.repeat(100));
    const other = new Database(join(directory, 'other.db'));
    other.exec('CREATE TABLE things (name TEXT)');
    other.close();
    refuses('other.db', 'STORE_UNREADABLE', /belongs to another application/);
    sqliteStore(join(directory, 'newer.db')).close();
    const newer = new Database(join(directory, 'newer.db'));
    newer.exec('PRAGMA user_version = 7');
    newer.close();
    refuses(
      'newer.db',
      'STORE_UNREADABLE',
      /written by a newer version of tintype: it has format 7, but this version reads format 2/,
    );
    refuses('missing/jobs.db', 'STORE_FAILED', /Can't open the file .*missing/);
    mkdirSync(join(directory, 'directory'));
    refuses('directory', 'STORE_FAILED', /Can't (open|use) the file .*directory/);
  }));

/** The tables as version 0.1.0 made them. */
const FORMAT_1 = `
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
  INSERT INTO jobs (id, workflow, tasks, context, createdAt, maxRetries, state) VALUES ('one', 'flow',
    '[{"name":"a","dependencies":[],"continueOnFailure":false},{"name":"b","dependencies":["a"],"continueOnFailure":false}]',
    '1 [{}]', 10, 2, 'running');
  INSERT INTO attempts VALUES ('one', 'a', 1, 11, 'attempt.succeeded', 12, '1 [{"a":1},1]', NULL, NULL);
  PRAGMA application_id = 0x74696e74;
  PRAGMA user_version = 1;
`;

test('a file of version 0.1.0 is migrated, and its jobs continue with the default retry policy', (t) =>
  withDirectory(async (directory) => {
    const file = join(directory, 'jobs.db');
    const old = new Database(file);
    old.exec(FORMAT_1);
    old.close();
    for (const opened of ['first', 'again']) {
      await using store = sqliteStore(file);
      t.like(await store.read('one'), { state: 'running', maxRetries: 2, retryPolicy: undefined }, opened);
    }
    await using store = sqliteStore(file);
    t.like(await getJob(store, 'one'), { conditions: [], attempts: [{ task: 'a', attempt: 1 }] });
    const called: string[] = [];
    const flow = workflow('flow')
      .task({ name: 'a', run: () => void called.push('a') })
      .task({
        name: 'b',
        dependencies: ['a'],
        run: () => {
          called.push('b');
          throw new TypeError('boom');
        },
      });
    t.like(await resume(flow, 'one', { store }), { state: 'failed', context: { a: 1 } });
    t.deepEqual(called, ['b']);
    await store.create({ ...newJob('two'), retryPolicy: { backoff: 5 } }, leaseOf('me'));
    t.deepEqual((await store.read('two'))?.retryPolicy, { backoff: 5 });
  }));

test('a read-only database is a clear error', (t) =>
  withDirectory((directory) => {
    const file = join(directory, 'jobs.db');
    sqliteStore(file).close();
    const readonly = new Database(file);
    readonly.exec('PRAGMA query_only = ON');
    t.throws(() => sqliteStore(readonly), { code: 'STORE_FAILED', message: /readonly/ });
    readonly.close();
  }));

test('a damaged file is refused when it is read', (t) =>
  withDirectory(async (directory) => {
    const file = join(directory, 'jobs.db');
    const store = sqliteStore(file);
    await store.create({ ...newJob('one'), context: 'x'.repeat(50_000) }, leaseOf('me'));
    store.close();
    const bytes = readFileSync(file);
    bytes.fill(0xa5, 4096);
    writeFileSync(file, bytes);
    const error = await t.throwsAsync(async () => {
      await using damaged = sqliteStore(file);
      await damaged.list({});
      await damaged.read('one');
    });
    t.is((error as Error & { code: string }).code, 'STORE_UNREADABLE');
  }));

test('rows that were tampered with are rejected with the problem', (t) =>
  withDirectory(async (directory) => {
    const database = new Database(join(directory, 'jobs.db'));
    const store = sqliteStore(database);
    await store.create(newJob('one'), leaseOf('me'));
    const tampered = async (sql: string, message: RegExp) => {
      database.exec(sql);
      await t.throwsAsync(store.acquire('one', leaseOf('me')), { code: 'STORE_UNREADABLE', message });
    };
    await tampered(`UPDATE jobs SET tasks = '[{"name":1}]'`, /The job `one` is damaged: tasks\.0\.name/);
    await tampered(`UPDATE jobs SET tasks = '{'`, /tasks/);
    const task = { name: 'a', dependencies: ['b'], continueOnFailure: false };
    const tasks = (more: object) => `UPDATE jobs SET tasks = '${JSON.stringify([{ ...task, ...more }])}'`;
    await tampered(tasks({ settled: 'b' }), /tasks\.0\.settled/);
    await tampered(tasks({ anyOf: ['b'] }), /tasks\.0\.anyOf\.0/);
    await tampered(tasks({ isConditional: false }), /tasks\.0\.isConditional/);
    await tampered(`UPDATE jobs SET tasks = '[]', state = 'weird'`, /state/);
    await tampered(
      `UPDATE jobs SET state = 'running'; INSERT INTO details (job, retryPolicy) VALUES ('one', '{"backoff":-1}')`,
      /retryPolicy/,
    );
    await tampered(`UPDATE details SET retryPolicy = '{"onFailure":"goOn"}'`, /retryPolicy\.onFailure/);
    database.close();
  }));

test('names that SQLite would cut are refused', (t) =>
  withDirectory(async (directory) => {
    await using store = sqliteStore(join(directory, 'jobs.db'));
    await t.throwsAsync(store.create(newJob('a\0b'), leaseOf('me')), { code: 'STORE_FAILED', message: /`a\\u0000b`/ });
    const result = await run([{ name: 'a\0b', run: () => t.fail() as never }], { id: 'one', store });
    t.is(result.state, 'detached');
    t.is(await store.read('one'), undefined);
  }));

test('wrong options are refused before a file is made', (t) =>
  withDirectory((directory) => {
    const options = { sync: 'sometimes', busyTimeout: -1, wal: true } as unknown as { sync: 'full' };
    const error = t.throws(() => sqliteStore(join(directory, 'jobs.db'), options), { code: 'INVALID_WORKFLOW' });
    t.regex(error?.message ?? '', /`sync`[\s\S]*`busyTimeout`[\s\S]*`wal`/);
    t.throws(() => sqliteStore(7 as unknown as string), {
      message: /`database` must be a file path, or an open database/,
    });
    t.throws(() => sqliteStore(''), { code: 'INVALID_WORKFLOW' });
    t.throws(() => sqliteStore(null as never), { code: 'INVALID_WORKFLOW', message: /`database` must be .*, got null/ });
    t.throws(() => sqliteStore(':memory:', null as never), {
      code: 'INVALID_WORKFLOW',
      message: /the options must be an object, got null/,
    });
    t.throws(() => readFileSync(join(directory, 'jobs.db')), { code: 'ENOENT' });
  }));
