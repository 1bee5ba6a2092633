import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'ava';
import Database from 'libsql';
import { resume, workflow } from 'tintype';
import { sqliteStore } from 'tintype/sqlite';
import { allJobs } from '../../src/journal/list/all-jobs.ts';
import { deferred } from '../helpers/deferred.ts';
import { startProgram } from '../helpers/start-program.ts';
import { withDirectory } from '../helpers/with-directory.ts';

const program = (file: string, ...args: readonly string[]) =>
  startProgram(process.execPath, ['--import=tsx', join(import.meta.dirname, file), ...args]);

/** More deaths than jobs that are to blame can cause. */
const TOO_MANY = 12;

for (const { title, innocent = 20, poison = 1, services = 1, countInterrupted = false } of [
  { title: 'beside innocent ones' },
  { title: 'beside many innocent ones', innocent: 200 },
  { title: 'where interrupted attempts count', countInterrupted: true },
  { title: 'beside another one', poison: 2 },
  { title: 'beside innocent ones in two processes', services: 2 },
]) {
  test.serial(`only a job that kills its process becomes stuck: ${title}`, async (t) => {
    await withDirectory(async (directory) => {
      const [database, effects] = [join(directory, 'jobs.db'), join(directory, 'effects')];
      const args = [database, effects, innocent, poison, countInterrupted].map(String);
      let deaths = 0;
      const supervise = async () => {
        let signal: NodeJS.Signals | null;
        do {
          [, signal] = (await once(program('poison-process.ts', ...args), 'exit')) as [unknown, NodeJS.Signals | null];
          deaths += Number(signal !== null);
        } while (signal !== null && deaths < TOO_MANY);
      };
      const [, signal] = await once(program('poison-process.ts', ...args), 'exit');
      t.is(signal, 'SIGKILL');
      await Promise.all(Array.from({ length: services }, supervise));
      await using store = sqliteStore(database);
      const states: Record<string, number> = {};
      for await (const { workflow, state } of allJobs(store)) {
        states[`${workflow} ${state}`] = (states[`${workflow} ${state}`] ?? 0) + 1;
      }
      t.deepEqual(states, { 'innocent completed': innocent, 'poison stuck': poison });
      const calls = (await readFile(effects, 'utf8')).trim().split('\n').length;
      t.true(calls >= 4 * poison && calls <= TOO_MANY, `${calls}`);
    });
  });
}

/** Stops a process that doesn't lock the database: if it did, nobody could take its job. */
function stopOutsideTransactions(child: ChildProcess, database: string): void {
  using connection = Object.assign(new Database(database), { [Symbol.dispose]: () => connection.close() });
  for (let isStopped = false; !isStopped; ) {
    child.kill('SIGSTOP');
    try {
      connection.exec('BEGIN IMMEDIATE; ROLLBACK');
      isStopped = true;
    } catch {
      child.kill('SIGCONT');
    }
  }
}

test.serial('a process that is stopped for longer than its lease is a death, and learns it when it goes on', async (t) => {
  await withDirectory(async (directory) => {
    const database = join(directory, 'jobs.db');
    const child = program('stopped-process.ts', database);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    t.is((await lines.next()).value, 'running');
    stopOutsideTransactions(child, database);
    await using store = sqliteStore(database);
    const called = deferred<void>();
    const flow = workflow('flow').task({
      name: 'work',
      run: () => {
        called.resolve();
        return new Promise<undefined>(() => {});
      },
    });
    const job = resume(flow, 'one', { store, whenHeld: 'wait' });
    await called.promise;
    t.is((await store.read('one'))?.deaths?.length, 1);
    child.kill('SIGCONT');
    t.is((await lines.next()).value, 'LEASE_LOST');
    job.suspend();
    await job;
  });
});
