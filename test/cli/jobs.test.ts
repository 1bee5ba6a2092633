import { join } from 'node:path';
import test from 'ava';
import Database from 'libsql';
import { sqliteStore } from 'tintype/sqlite';
import { start, TestFolder } from '../helpers/command.ts';
import { leaseOf, newJob } from '../helpers/store-contract.ts';

const folder = new TestFolder(test);
const jobs = (...args: string[]) => start(['--import=tsx', 'src/cli/main.ts', 'jobs', '--store', ...args]);

test('all jobs are listed, with the problem of those that can’t be read', async (t) => {
  const file = join(folder.path, 'jobs.db');
  const store = sqliteStore(file, { sync: 'off' });
  const ids = Array.from({ length: 120 }, (_, index) => `job-${index}`);
  await Promise.all(ids.map((id) => store.create(newJob(id), leaseOf('me'))));
  store.close();
  const database = new Database(file);
  database.exec("UPDATE jobs SET maxConcurrency = 0, heldUntil = 9e15 WHERE id = 'job-7'");
  database.close();
  const { code, stdout } = await jobs(file);
  t.is(code, 0);
  t.is(stdout.trimEnd().split('\n').length, 121);
  t.regex(stdout, /\njob-7 +flow +running +1970-01-01T00:00:00\.010Z +The job `job-7` is damaged: maxConcurrency: .*\n/);
  const listed = JSON.parse((await jobs(file, '--json')).stdout) as readonly {
    readonly id: string;
    readonly problem?: object;
  }[];
  t.is(listed.length, 120);
  const [damaged, ...others] = listed.filter(({ problem }) => problem !== undefined);
  t.is(others.length, 0);
  t.like(damaged, { id: 'job-7', workflow: 'flow', problem: { code: 'STORE_UNREADABLE' } });
});

test('a job that undoes tasks or runs its finally tasks is listed with its phase', async (t) => {
  const file = join(folder.path, 'phases.db');
  const store = sqliteStore(file, { sync: 'off' });
  for (const phase of ['undoing', 'finishing'] as const) {
    await store.create(newJob(phase), leaseOf('me'));
    await store.append(phase, 'me', { type: 'job.ending', at: 5, phase, state: 'failed', acted: [] });
  }
  await store.append('finishing', 'me', { type: 'job.ended', at: 7, state: 'failed' });
  await store.create(newJob('plain'), leaseOf('me'));
  store.close();
  const { stdout } = await jobs(file, '--state', 'running');
  t.regex(stdout, /^undoing +flow +undoing +1970/m);
  t.regex(stdout, /^plain +flow +running +1970/m);
  t.notRegex(stdout, /^finishing/m);
  t.regex((await jobs(file)).stdout, /^finishing +flow +failed +1970/m);
  const listed = JSON.parse((await jobs(file, '--json')).stdout) as readonly {
    readonly id: string;
    readonly ending?: object;
  }[];
  t.deepEqual(listed.find(({ id }) => id === 'undoing')?.ending, { at: 5, phase: 'undoing', state: 'failed' });
});
