import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { sqliteStore } from 'tintype/sqlite';
import { start, TestFolder } from '../../helpers/command.ts';
import { leaseOf, newJob } from '../../helpers/store-contract.ts';

const RACES = 50;
const folder = new TestFolder(test);

/** What came of each race, for both processes. */
async function race(mode: 'run' | 'resume'): Promise<{ ways: [string, string][]; effects: string[] }> {
  const [database, effects] = [join(folder.path, `${mode}.db`), join(folder.path, `${mode}.txt`)];
  await using store = sqliteStore(database);
  const lost = { ...newJob('lost'), workflow: 'race' };
  await Promise.all(
    Array.from({ length: RACES }, (_, index) => store.create({ ...lost, id: `resume${index}` }, leaseOf('the dead', 0, 0))),
  );
  const racer = () => start(['--import=tsx', 'test/stores/sqlite/racer.ts', mode, database, String(RACES), effects]);
  const [one, two] = (await Promise.all([racer(), racer()])).map(({ stdout, stderr }) => JSON.parse(stdout || `["${stderr}"]`));
  return {
    ways: one.map((way: string, index: number) => [way, two[index]]),
    effects: readFileSync(effects, 'utf8').trim().split('\n'),
  };
}

test('of two processes that start a job with the same id, one does, 50 times', async (t) => {
  const { ways, effects } = await race('run');
  for (const pair of ways) {
    t.deepEqual(pair.sort(), ['JOB_EXISTS', 'completed']);
  }
  t.is(effects.length, RACES);
  t.is(new Set(effects).size, RACES);
});

test('of two processes that continue the same job, one does, 50 times', async (t) => {
  const { ways, effects } = await race('resume');
  for (const pair of ways) {
    t.true(pair.includes('completed'));
    t.true(pair.every((way) => way === 'completed' || way === 'JOB_HELD'));
  }
  t.deepEqual([...new Set(effects)].length, effects.length);
  t.is(effects.length, RACES);
});
