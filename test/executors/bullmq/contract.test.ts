import test from 'ava';
import { redisStore } from 'tintype/bullmq';
import { type RedisServer, testWithRedis } from '../../helpers/redis.ts';
import { testStore } from '../../helpers/store-contract.ts';

const redisTest = testWithRedis(test);
let redis: RedisServer;
let stores = 0;

testStore(
  (title, implementation) =>
    redisTest(title, (t, server) => {
      redis = server;
      return implementation(t);
    }),
  'the store in Redis',
  async (use) => {
    stores += 1;
    await using store = redisStore({ connection: redis.url, prefix: `contract ${stores}` });
    await use(store);
  },
);
