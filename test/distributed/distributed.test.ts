import test from 'ava';
import { testWithRedis } from '../helpers/redis.ts';
import { distributedRun } from './distributed-run.ts';

const JOBS = 30;

testWithRedis(test)('jobs end as they should while their owners, workers and Redis are killed', async (t) => {
  const { redisRestarts, lost, duplicated, stuck, wrong } = await distributedRun(JOBS, Date.now() % 1_000_000);
  t.deepEqual(
    { redisRestarts, lost, duplicated, stuck, wrong },
    { redisRestarts: 1, lost: 0, duplicated: 0, stuck: 0, wrong: 0 },
  );
});
