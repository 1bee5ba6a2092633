import test from 'ava';
import { runNode } from '../../bench/child.ts';

interface Figures {
  readonly jobs: number;
  readonly heapGrowth: number;
  readonly abortListeners: number;
  readonly broken: readonly string[];
}

test('10,000 jobs leave no memory, timer or listener behind, and the process exits by itself', async (t) => {
  // Rejects when the process exits with another code than 0, and kills it when it does not exit at all.
  const figures = (await runNode(['--import=tsx', 'bench/leak.ts', '--json'], 290_000)) as Figures;
  t.is(figures.jobs, 10_000);
  t.true(figures.heapGrowth < 5 * 2 ** 20, `${figures.heapGrowth} bytes`);
  t.is(figures.abortListeners, 0);
  t.deepEqual(figures.broken, []);
});
