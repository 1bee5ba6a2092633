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
