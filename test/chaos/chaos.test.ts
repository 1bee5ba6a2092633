import test from 'ava';
import { testWithRedis } from '../helpers/redis.ts';
import { chaosRun } from './chaos-run.ts';
import { MOST_BLOCKED } from './judge.ts';

/** Each kind of fault once, or nearly so. */
const FAULTS = 14;

testWithRedis(test)('nothing is lost, stuck or blocked while processes, clocks, Redis and the disk fail', async (t) => {
  const seed = Date.now() % 1_000_000;
  const { figures, violations, logs } = await chaosRun({ seed, time: Number.POSITIVE_INFINITY, faults: FAULTS });
  t.log(figures);
  t.deepEqual(violations, [], `seed ${seed}, logs in ${logs}`);
  t.true(figures.jobs > 0 && figures.faults >= FAULTS - 1 && figures.blockedMs <= MOST_BLOCKED);
});
