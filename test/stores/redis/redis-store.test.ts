import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';
import test from 'ava';
import { Redis } from 'ioredis';
import { redisStore } from 'tintype/bullmq';
import { JobStoreError } from '../../../src/journal/errors/job-store-error.ts';
import type { JobStore, NewJob } from '../../../src/journal/job-store.ts';
import { RedisClients } from '../../../src/stores/redis/redis-clients.ts';
import { StoreClient } from '../../../src/stores/redis/store-client.ts';
import { RedisServer, testWithRedis } from '../../helpers/redis.ts';

// What every store has to do is in test/helpers/store-contract.ts.

const redisTest = testWithRedis(test);
const lease = { owner: 'me', now: 0, until: 100 };

const job: NewJob = {
  id: 'a',
  workflow: 'smoothie',
  version: undefined,
  tasks: [{ name: 'wash', dependencies: [], continueOnFailure: false }],
  context: '{}',
  createdAt: 1,
  deadline: undefined,
  maxConcurrency: undefined,
  maxRetries: 2,
};

async function damaged(redis: RedisServer, prefix: string, damage: (client: Redis, key: (part: string) => string) => unknown) {
  const store = redisStore({ connection: redis.url, prefix });
  await store.create(job, lease);
  await store.append('a', 'me', { type: 'attempt.succeeded', task: 'wash', attempt: 1, at: 2, output: undefined });
  const client = new Redis(redis.url);
  await damage(client, (part) => `${prefix}:${part}:"a"`);
  await client.quit();
  return store;
}

const DAMAGES: Readonly<Record<string, (client: Redis, key: (part: string) => string) => unknown>> = {
  format: (client, key) => client.hset(key('job'), 'format', '2'),
  'no format': (client, key) => client.hdel(key('job'), 'format'),
  state: (client, key) => client.hset(key('job'), 'state', 'idle'),
  workflow: (client, key) => client.hset(key('job'), 'workflow', 'smoothie'),
  maxRetries: (client, key) => client.hset(key('job'), 'maxRetries', '1e999'),
  retryPolicy: (client, key) => client.hset(key('job'), 'retryPolicy', '{"backoff":-1}'),
  onFailure: (client, key) => client.hset(key('job'), 'retryPolicy', '{"onFailure":"goOn"}'),
  id: (client, key) => client.hset(key('job'), 'id', '"b"'),
  type: (client, key) => client.multi().del(key('job')).lpush(key('job'), 'x').exec(),
};

/** Adds the outcome of a condition. */
const condition = (outcome: string): (typeof DAMAGES)[string] => {
  return (client, key) => client.hset(key('attempts'), { 's0:"wash"': '2 1', 'o0:"wash"': outcome });
};

const DAMAGES_OF_PARTS: typeof DAMAGES = {
  tasks: (client, key) => client.hset(key('job'), 'tasks', '[{"name":1}]'),
  'edges of a task': (client, key) =>
    client.hset(key('job'), 'tasks', '[{"name":"a","dependencies":[],"continueOnFailure":false,"anyOf":["b"]}]'),
  'no decision about a condition': condition('{"type":"condition.decided","task":"wash","attempt":0,"at":2}'),
  'condition of an attempt': (client, key) =>
    client.hset(key('attempts'), 'o1:"wash"', '{"type":"condition.decided","task":"wash","attempt":1,"at":2,"holds":true}'),
  'attempt as a condition': condition('{"type":"attempt.succeeded","task":"wash","attempt":0,"at":2}'),
  'condition of another task': condition('{"type":"condition.decided","task":"blend","attempt":0,"at":2,"holds":true}'),
  'condition without an outcome': (client, key) => client.hset(key('attempts'), 's0:"wash"', '2 1'),
  outcome: (client, key) =>
    client.hset(key('attempts'), 'o1:"wash"', '{"type":"attempt.succeeded","task":"blend","attempt":1,"at":2}'),
  'outcome that is no JSON': (client, key) => client.hset(key('attempts'), 'o1:"wash"', '{'),
  'outcome without an attempt': (client, key) => client.hset(key('attempts'), 'o2:"wash"', '{}'),
  start: (client, key) => client.hset(key('attempts'), 's1:"wash"', 'now'),
  task: (client, key) => client.hset(key('attempts'), 's1:wash', '1 1'),
  attempts: (client, key) => client.hset(key('attempts'), '__proto__', '1'),
  'type of attempts': (client, key) => client.multi().del(key('attempts')).lpush(key('attempts'), 'x').exec(),
};

for (const [name, damage] of Object.entries({ ...DAMAGES, ...DAMAGES_OF_PARTS })) {
  redisTest(`a record that is damaged (${name}) is not given, but named`, async (t, redis) => {
    const store = await damaged(redis, `damaged ${name}`, damage);
    t.teardown(() => store.close());
    const calls: ((store: JobStore) => Promise<unknown>)[] = [(s) => s.read('a'), (s) => s.acquire('a', lease)];
    for (const call of calls) {
      const error = await t.throwsAsync(call(store), { instanceOf: JobStoreError, code: 'STORE_UNREADABLE' });
      t.false(error?.isTransient);
      t.regex(error?.message ?? '', /`a`|WRONGTYPE/);
    }
    const { jobs } = await store.list({});
    t.is(jobs.length, 1);
    t.is(jobs[0]?.id, 'a');
    t.is(jobs[0]?.problem?.code, Object.hasOwn(DAMAGES, name) ? 'STORE_UNREADABLE' : undefined);
  });
}

redisTest('a name too long for a list is a problem of its job alone', async (t, redis) => {
  const store = redisStore({ connection: redis.url, prefix: 'long' });
  t.teardown(() => store.close());
  await store.create({ ...job, workflow: 'x'.repeat(100_000) }, lease);
  await store.create({ ...job, id: 'b' }, lease);
  const { jobs } = await store.list({});
  t.deepEqual(
    jobs.map(({ id, problem }) => [id, problem?.message]),
    [
      ['b', undefined],
      ['a', "The saved job `a` can't be read: workflow has 100002 bytes, more than 65536"],
    ],
  );
});

redisTest('more jobs than fit into one script are deleted, and leave nothing behind', async (t, redis) => {
  const store = redisStore({ connection: redis.url, prefix: 'many' });
  t.teardown(() => store.close());
  const ids = Array.from({ length: 450 }, (_, index) => `job ${index}`);
  await Promise.all(ids.map((id, index) => store.create({ ...job, id, workflow: `w${index % 2}` }, lease)));
  await Promise.all(ids.map((id) => store.append(id, 'me', { type: 'job.ended', at: 5, state: 'completed' })));
  t.is(await store.delete({ workflow: 'w1' }), 225);
  t.is((await store.list({ state: 'completed', limit: 1000 })).jobs.length, 225);
  t.is(await store.delete({}), 225);
  const client = new Redis(redis.url);
  t.teardown(() => client.disconnect());
  t.deepEqual((await client.keys('many:*')).sort(), ['many:jobs:counter', 'many:jobs:indexed']);
});

redisTest('an error shows neither the password nor what was to be written', async (t) => {
  const guarded = new RedisServer(['--requirepass', 'correct']);
  await guarded.start();
  t.teardown(() => guarded.remove());
  const secrets = ['swordfish', 'secret context'];
  for (const connection of [
    `redis://user:swordfish@127.0.0.1:${guarded.port}`,
    { host: '127.0.0.1', port: guarded.port, password: 'swordfish' },
    `redis://127.0.0.1:${guarded.port}`,
  ]) {
    const reported: Error[] = [];
    const store = redisStore({ connection, onError: (error) => reported.push(error) });
    const error = await t.throwsAsync(store.create({ ...job, context: 'secret context' }, lease), { code: 'STORE_FAILED' });
    await store.close();
    for (const secret of secrets) {
      t.false(inspect([error, reported], { depth: 9, showHidden: true }).includes(secret));
    }
    t.regex(error?.message ?? '', /NOAUTH|WRONGPASS/);
  }
});

redisTest('a store that can’t reach Redis, or is closed, fails', async (t, redis) => {
  const unreachable = redisStore({ connection: { host: '127.0.0.1', port: 1, maxRetriesPerRequest: 0 }, onError: () => {} });
  t.teardown(() => unreachable.close());
  await t.throwsAsync(unreachable.read('a'), {
    instanceOf: JobStoreError,
    code: 'STORE_FAILED',
    message: /connect ECONNREFUSED/,
  });
  const store = redisStore({ connection: redis.url, prefix: 'closed' });
  // On a busy machine, connecting could take longer than `close` waits.
  await store.list({});
  const created = store.create(job, lease);
  await store.close();
  await t.notThrowsAsync(created);
  await t.throwsAsync(store.read('a'), { code: 'STORE_FAILED', message: 'The Redis store failed: it is closed' });
});

test('what waits for a Redis that can’t be reached is settled when the store is closed', async (t) => {
  const store = redisStore({ connection: 'redis://127.0.0.1:1', onError: () => {} });
  const listed = t.throwsAsync(store.list({}), { instanceOf: JobStoreError, code: 'STORE_FAILED' });
  await store.close();
  await listed;
});

redisTest('a store keeps what it has acknowledged when Redis is killed', async (t) => {
  const redis = new RedisServer();
  await redis.start();
  t.teardown(() => redis.remove());
  const store = redisStore({ connection: redis.url });
  t.teardown(() => store.close());
  await store.create(job, lease);
  await redis.kill();
  const appended = store.append('a', 'me', { type: 'attempt.started', task: 'wash', attempt: 1, at: 2 });
  await redis.start();
  await appended;
  t.like(await store.read('a'), { id: 'a', attempts: [{ task: 'wash', startedAt: 2 }] });
});

redisTest('transient errors are distinguished from permanent ones', async (t) => {
  const server = new RedisServer();
  await server.start();
  t.teardown(() => server.remove());
  const store = redisStore({ connection: server.url, onError: () => {} });
  t.teardown(() => store.close());
  const client = new Redis(server.url);
  t.teardown(() => client.disconnect());
  const fails = async (message: RegExp, expected: object) => {
    t.like(await t.throwsAsync(store.create(job, lease), { instanceOf: JobStoreError, message }), expected);
  };
  await client.config('SET', 'maxmemory', '1');
  await fails(/OOM/, { code: 'STORE_FAILED', isTransient: true });
  await client.config('SET', 'maxmemory', '0');
  await client.replicaof('127.0.0.1', 1);
  await fails(/READONLY/, { code: 'STORE_FAILED', isTransient: true });
  await client.replicaof('NO', 'ONE');
  await client.acl('SETUSER', 'default', '-eval');
  await fails(/NOPERM/, { code: 'STORE_FAILED', isTransient: false });
  await client.acl('SETUSER', 'default', '+eval');
  await client.set('tintype:jobs:index', 'x');
  await fails(/WRONGTYPE/, { code: 'STORE_UNREADABLE', isTransient: false });
});

test('a call doesn’t wait forever for a hung Redis', async (t) => {
  const silent = createServer((socket) => socket.resume());
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  t.teardown(() => silent.close());
  const { port } = silent.address() as AddressInfo;
  const client = new StoreClient(new RedisClients({ host: '127.0.0.1', port, enableReadyCheck: false }, () => {}), 20);
  t.teardown(() => client.close());
  const error = await t.throwsAsync<JobStoreError>(
    client.ask((redis) => redis.get('x')),
    {
      code: 'STORE_FAILED',
      message: "The Redis store failed: Redis didn't reply within 20 ms",
    },
  );
  t.true(error?.isTransient);
});

redisTest('an end that is saved again, since the reply got lost, is the same end', async (t, redis) => {
  const store = redisStore({ connection: redis.url, prefix: 'again' });
  t.teardown(() => store.close());
  await store.create(job, lease);
  const end = { type: 'job.ended', at: 5, state: 'completed' } as const;
  await store.append('a', 'me', end);
  await store.append('a', 'me', end);
  await t.throwsAsync(store.append('a', 'you', end), { code: 'LEASE_LOST' });
});

redisTest('jobs of version 0.1.0, which had fewer indexes, are listed by workflow and state', async (t, redis) => {
  const store = redisStore({ connection: redis.url, prefix: 'old' });
  t.teardown(() => store.close());
  const ids = Array.from({ length: 450 }, (_, index) => `job ${index}`);
  await Promise.all(ids.map((id, index) => store.create({ ...job, id, createdAt: index, workflow: `w${index % 2}` }, lease)));
  await store.append('job 7', 'me', { type: 'job.ended', at: 5, state: 'failed' });
  const client = new Redis(redis.url);
  t.teardown(() => client.disconnect());
  await client.del(...(await client.keys('old:jobs:workflow:*')), 'old:jobs:state:failed');
  t.is((await store.list({ workflow: 'w1', limit: 1000 })).jobs.length, 225);
  t.is((await store.list({ workflow: 'w1', state: 'running', limit: 1000 })).jobs.length, 224);
  t.like(await store.list({ state: 'failed' }), { jobs: [{ id: 'job 7' }], next: undefined });
});

redisTest('an ended job that can’t be read is deleted, and one whose state is unknown stays', async (t, redis) => {
  const store = redisStore({ connection: redis.url, prefix: 'damaged ends' });
  t.teardown(() => store.close());
  const client = new Redis(redis.url);
  t.teardown(() => client.disconnect());
  for (const id of ['a', 'b', 'c', 'd']) {
    await store.create({ ...job, id }, lease);
    await store.append(id, 'me', { type: 'job.ended', at: 5, state: 'completed' });
  }
  const key = (id: string) => `damaged ends:job:"${id}"`;
  await client.hset(key('a'), 'maxRetries', 'many');
  await client.hset(key('b'), 'state', 'weird');
  await client.set(key('c'), 'x');
  t.is(await store.delete({ state: 'completed', workflow: 'smoothie' }), 2);
  t.deepEqual(
    (await store.list({})).jobs.map(({ id, problem }) => [id, problem?.code]),
    [
      ['c', 'STORE_UNREADABLE'],
      ['b', 'STORE_UNREADABLE'],
    ],
  );
});

redisTest('a problem of the connection is reported once, and others where jobs wait them out', async (t, redis) => {
  const reported: string[] = [];
  const store = redisStore({ connection: 'redis://127.0.0.1:1', onError: (error) => reported.push(error.message) });
  const failed = t.throwsAsync<JobStoreError>(store.list({}));
  while (reported.length === 0) {
    await setImmediate();
  }
  await store.close();
  const error = (await failed) as JobStoreError;
  store.onError?.(error);
  t.deepEqual(reported, ['connect ECONNREFUSED 127.0.0.1:1']);
  store.onError?.(new Error('another'));
  t.is(reported.length, 2);
  await using quiet = redisStore({ connection: redis.url });
  t.is(typeof quiet.onError, 'function');
});
