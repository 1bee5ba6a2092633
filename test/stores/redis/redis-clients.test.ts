import test from 'ava';
import { RedisClients } from '../../../src/stores/redis/redis-clients.ts';
import { testWithRedis } from '../../helpers/redis.ts';

testWithRedis(test)('the commands of one tick are sent in one write', async (t, redis) => {
  const clients = new RedisClients(redis.url, t.log);
  t.teardown(() => clients.close());
  const client = clients.open().duplicate();
  await client.ping();
  const replies = Promise.all([client.ping(), client.echo('it')]);
  t.is(client.stream.writableCorked, 1);
  t.deepEqual(await replies, ['PONG', 'it']);
  t.is(client.stream.writableCorked, 0);
});
