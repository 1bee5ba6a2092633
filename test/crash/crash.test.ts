import test from 'ava';
import { crashRounds } from './crash-rounds.ts';

const ROUNDS = 8;

test('jobs that are killed at random moments are continued, and nothing is lost or done twice', async (t) => {
  const { kills, ...figures } = await crashRounds(ROUNDS, Date.now() % 1_000_000);
  t.true(kills > 0);
  t.deepEqual(figures, { rounds: ROUNDS, lost: 0, runTwice: 0, wrongContext: 0, corrupt: 0 });
});
