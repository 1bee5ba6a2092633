import { copyFileSync, existsSync, mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import Database from 'libsql';
import { type JobStoreError, run, workflow } from 'tintype';
import { sqliteStore } from 'tintype/sqlite';
import { storeError } from '../../../src/stores/sqlite/sqlite-error.ts';
import { leaseOf, newJob } from '../../helpers/store-contract.ts';
import { withDirectory } from '../../helpers/with-directory.ts';

const flow = workflow('flow').task({ name: 'a', run: () => ({ a: 1 }) });

/** Where a link leads; nowhere if it is gone. */
function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}

test('a closed store is one file, whose copy is complete', (t) =>
  withDirectory(async (directory) => {
    const [file, copy] = [join(directory, 'jobs.db'), join(directory, 'copy.db')];
    const store = sqliteStore(file);
    await run(flow, { id: 'one', store }).unwrap();
    await store.list({});
    store.close();
    t.deepEqual(readdirSync(directory), ['jobs.db']);
    copyFileSync(file, copy);
    await using copied = sqliteStore(copy);
    t.is((await copied.read('one'))?.state, 'completed');
  }));

test('a closed store has no open descriptors', (t) =>
  withDirectory(async (directory) => {
    if (!existsSync('/proc/self/fd')) {
      t.log('only Linux lists the descriptors of a process');
      t.pass();
      return;
    }
    const folder = '/proc/self/fd';
    const open = () =>
      readdirSync(folder).filter((descriptor) => targetOf(join(folder, descriptor)).startsWith(directory)).length;
    const cycle = async () => {
      const store = sqliteStore(join(directory, 'jobs.db'), { sync: 'off' });
      await store.read('one');
      store.close();
      t.throws(() => sqliteStore(join(directory, 'no', 'jobs.db')));
    };
    await cycle();
    t.is(open(), 0);
    for (let round = 0; round < 300; round += 1) {
      await cycle();
    }
    t.is(open(), 0);
  }));

test('a file that is deleted or replaced under an open store is noticed, and the new one is left alone', (t) =>
  withDirectory(async (directory) => {
    const file = join(directory, 'jobs.db');
    const store = sqliteStore(file);
    await store.create(newJob('one'), leaseOf('me'));
    for (const name of readdirSync(directory)) {
      renameSync(join(directory, name), join(directory, `old-${name}`));
    }
    const refused = async (message: RegExp) => {
      const error = await t.throwsAsync<JobStoreError>(store.renew('one', leaseOf('me')), { code: 'STORE_FAILED', message });
      t.false(error?.isTransient);
    };
    await refused(/The file ".*jobs\.db" was deleted or moved while the store was using it/);
    const other = sqliteStore(file);
    await other.create(newJob('two'), leaseOf('me'));
    await refused(/was replaced while the store was using it: close the store and open it again/);
    store.close();
    t.true(existsSync(`${file}-wal`));
    t.is((await other.read('two'))?.id, 'two');
    other.close();
  }));

test('an error says why a file can’t be opened', (t) =>
  withDirectory((directory) => {
    const fails = (file: string, message: RegExp) => {
      const error = t.throws<JobStoreError>(() => sqliteStore(join(directory, file)), { code: 'STORE_FAILED', message });
      t.truthy(error?.cause);
    };
    fails('none/jobs.db', /Can't open the file ".*none\/jobs\.db": .*ENOENT/);
    mkdirSync(join(directory, 'folder'));
    fails('folder', /Can't open the file ".*folder": .*it is a folder/);
    writeFileSync(join(directory, 'text'), '');
    fails('text/jobs.db', /Can't open the file ".*text\/jobs\.db": .*ENOTDIR/);
    rmSync(join(directory, 'text'));
  }));

test('transient errors are distinguished from permanent ones', (t) => {
  const read = (code: string) => storeError('It failed', Object.assign(new Error('x'), { code }));
  for (const code of [
    'SQLITE_BUSY',
    'SQLITE_BUSY_SNAPSHOT',
    'SQLITE_LOCKED',
    'SQLITE_FULL',
    'SQLITE_IOERR_WRITE',
    'SQLITE_READONLY',
  ]) {
    t.like(read(code), { code: 'STORE_FAILED', isTransient: true }, code);
  }
  for (const code of ['SQLITE_MISUSE', 'SQLITE_ERROR', 'SQLITE_READONLY_DBMOVED', 'ERR_X']) {
    t.like(read(code), { code: 'STORE_FAILED', isTransient: false }, code);
  }
  for (const code of ['SQLITE_CORRUPT', 'SQLITE_CORRUPT_INDEX', 'SQLITE_NOTADB']) {
    t.like(read(code), { code: 'STORE_UNREADABLE', isTransient: false }, code);
  }
});

test('a database whose integers are bigints works', (t) =>
  withDirectory(async (directory) => {
    const database = new Database(join(directory, 'jobs.db'));
    database.defaultSafeIntegers(true);
    const store = sqliteStore(database);
    const result = await run(flow, { id: 'one', store, maxConcurrency: 2 });
    t.is(result.state, 'completed');
    t.like(await store.read('one'), { maxConcurrency: 2, attempts: [{ attempt: 1 }] });
    t.is(await store.delete({}), 1);
    database.close();
  }));

test('problems are reported to `onError`, by default on the console', (t) =>
  withDirectory(async (directory) => {
    const onError = () => {};
    await using store = sqliteStore(join(directory, 'jobs.db'), { onError });
    t.is(store.onError, onError);
    await using other = sqliteStore(':memory:');
    t.is(other.onError, console.error);
  }));
