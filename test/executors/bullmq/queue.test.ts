import test from 'ava';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { JobStoreError, resume, run, workflow } from 'tintype';
import { BullmqClosedError, QueueFailedError, RemoteAttemptError, redisStore } from 'tintype/bullmq';
import { idOf, workloadOf } from '../../../src/executors/bullmq/attempt-message.ts';
import { textCodec } from '../../../src/journal/codec/text-codec.ts';
import { deferred } from '../../helpers/deferred.ts';
import { RedisServer, testWithRedis } from '../../helpers/redis.ts';
import { firstWaiting, requestOf, workplace } from './at-work.ts';

const redisTest = testWithRedis(test);

function counted(name = 'counted') {
  const begun = deferred<void>();
  const end = deferred();
  const calls: number[] = [];
  const one = workflow(name).task({
    name: 'work',
    run: async (_, { attempt }) => {
      calls.push(attempt);
      begun.resolve();
      await end.promise;
      return { calls: calls.length };
    },
  });
  return { one, begun, end, calls };
}

redisTest('an attempt that two owners ask for is run once, and both get its result', async (t, redis) => {
  const { one, end, calls } = counted();
  const { owner, worker } = workplace(t, redis);
  worker(one, { concurrency: 4 });
  const executors = [owner(one), owner(one)].map(({ executor }) => executor);
  const asked = [...executors, ...executors].map((executor) => executor(requestOf(one)));
  end.resolve(undefined);
  t.deepEqual(await Promise.all(asked), Array(4).fill({ calls: 1 }));
  t.deepEqual(calls, [1]);
});

redisTest('an attempt goes on when its job only ends here, and is found when the job is resumed', async (t, redis) => {
  const { one, begun, end, calls } = counted();
  const { owner, worker } = workplace(t, redis);
  worker(one);
  const store = redisStore({ connection: redis.url, prefix: 'suspended' });
  t.teardown(() => store.close());
  const { executor } = owner(one);
  // On a busy machine, a lease of ten seconds may expire before the function is called.
  const job = run(one, { id: 'suspended', store, executor, lease: 600_000 });
  await begun.promise;
  job.suspend();
  t.is((await job).state, 'detached');
  const resumed = resume(one, 'suspended', { store, executor });
  end.resolve(undefined);
  t.like(await resumed, { state: 'completed', context: { calls: 1 } });
  t.deepEqual(calls, [1]);
});

redisTest('a result is removed when it was taken, but for a short time', async (t, redis) => {
  const { one, end } = counted();
  const { owner, worker, queueOf } = workplace(t, redis);
  const queue = queueOf(one);
  worker(one);
  end.resolve(undefined);
  const mine = owner(one);
  await mine.executor(requestOf(one));
  const client = new Redis(redis.url);
  t.teardown(() => client.disconnect());
  while ((await client.zcard(`bull:${queue}:completed`)) > 0) {
    await new Promise(setImmediate);
  }
  const [result, ...others] = await client.keys(`bull:${queue}:*attempt-*`);
  t.deepEqual(others, []);
  const ttl = await client.pttl(result as string);
  t.true(ttl > 0 && ttl <= 60_000);
});

for (const [what, other] of Object.entries({
  'another version': workflow('counted', { version: '2' }).task({ name: 'work', run: () => ({ other: true }) }),
  'another workflow': workflow('another').task({ name: 'work', run: () => ({ other: true }) }),
})) {
  redisTest(`attempts of ${what} in a queue of the same name hold no worker, and reach their own`, async (t, redis) => {
    const { one, end, calls } = counted();
    const { owner, worker, errors } = workplace(t, redis);
    end.resolve(undefined);
    const others = owner(other);
    const waiting = others.executor(requestOf(other));
    const bullmq = new Queue(others.queue, { connection: { port: redis.port } });
    t.teardown(() => bullmq.close());
    await firstWaiting(bullmq);
    worker(one);
    const mine = owner(one);
    t.deepEqual(await mine.executor(requestOf(one)), { calls: 1 });
    t.is(await bullmq.getWaitingCount(), 1);
    worker(other);
    t.deepEqual(await waiting, { other: true });
    t.deepEqual(calls, [1]);
    t.deepEqual(errors, []);
  });
}

redisTest('an attempt that is cancelled before a worker takes it leaves only its place, for a minute', async (t, redis) => {
  const { one } = counted();
  const { owner, queueOf } = workplace(t, redis);
  const queue = queueOf(one);
  const controller = new AbortController();
  const mine = owner(one);
  const asked = mine.executor(requestOf(one, { signal: controller.signal })) as Promise<unknown>;
  const client = new Redis(redis.url);
  t.teardown(() => client.disconnect());
  let place: string | undefined;
  while (place === undefined) {
    [place] = await client.keys(`bull:${queue}:attempt-*`);
  }
  controller.abort(new Error('enough'));
  await t.throwsAsync(asked, { message: 'enough' });
  while ((await client.pttl(place)) < 0 || (await client.keys(`bull:${queue}:*attempt-*`)).length > 1) {
    await new Promise(setImmediate);
  }
  t.true((await client.pttl(place)) <= 60_000);
  t.deepEqual(await client.lrange(`bull:${queue}:wait`, 0, -1), []);
});

for (const [what, text, error] of [
  ['', textCodec.encodeError(new RangeError('enough')), { name: 'RangeError', message: 'enough' }],
  [', also when the reason can’t be read', '<html>', { name: 'Error', message: 'The attempt was cancelled' }],
] as const)
  redisTest(`a worker that misses the message learns even so that an attempt is cancelled${what}`, async (t, redis) => {
    const reason = deferred<unknown>();
    const reasons: unknown[] = [];
    const begun = deferred<void>();
    const deaf = workflow('deaf').task({
      name: 'work',
      run: (_, { signal }) =>
        new Promise<undefined>((resolve) => {
          if (reasons.length > 0) {
            resolve(undefined);
          }
          begun.resolve();
          signal.addEventListener('abort', () => {
            reasons.push(signal.reason);
            reason.resolve(signal.reason);
            resolve(undefined);
          });
        }),
    });
    const { owner, worker, queueOf } = workplace(t, redis);
    const queue = queueOf(deaf);
    worker(deaf);
    const asked = owner(deaf).executor(requestOf(deaf)) as Promise<unknown>;
    await begun.promise;
    const bullmq = new Queue(queue, { connection: { port: redis.port } });
    t.teardown(() => bullmq.close());
    const client = new Redis(redis.url);
    t.teardown(() => client.disconnect());
    const [job] = await bullmq.getActive();
    await client.set(`bull:${queue}:tintype:cancellation:${job?.id}`, text);
    t.like(await reason.promise, error);
    // Who asked for it still wants it, so it is run again.
    t.is(await asked, undefined);
    t.is(reasons.length, 1);
  });

/** A task that reads the outcome of another, as a message describes it. */
const joins = () =>
  workflow('joins')
    .task({ name: 'a', run: () => ({}) })
    .task({ name: 'work', dependencies: [{ settled: 'a' }], run: (_, { outcomes }) => ({ seen: Object.entries(outcomes) }) });

for (const [what, outcomes, expected] of [
  ['without outcomes, as older versions sent it', undefined, { seen: [] }],
  [
    'with an error that can’t be read',
    [{ task: 'a', state: 'failed', error: '<html>' }],
    /an error or output in it can't be read/,
  ],
] as const) {
  redisTest(`a message ${what}`, async (t, redis) => {
    const flow = joins();
    const { owner, worker, queueOf } = workplace(t, redis);
    const bullmq = new Queue(queueOf(flow), { connection: { port: redis.port } });
    t.teardown(() => bullmq.close());
    const request = requestOf(flow, { outcomes: { a: { state: 'completed' } } });
    const asked = owner(flow).executor(request) as Promise<unknown>;
    const job = await firstWaiting(bullmq);
    const { outcomes: sent, ...rest } = job.data;
    t.deepEqual(sent, [{ task: 'a', state: 'completed' }]);
    await job.updateData(outcomes === undefined ? rest : { ...rest, outcomes });
    worker(flow);
    await (expected instanceof RegExp
      ? t.throwsAsync(asked, { message: expected })
      : t.notThrowsAsync(async () => t.deepEqual(await asked, expected)));
  });
}

redisTest('data that nobody should have put into the queue does no harm', async (t, redis) => {
  const { one, end } = counted();
  const { owner, worker, queueOf } = workplace(t, redis);
  const queue = queueOf(one);
  const bullmq = new Queue(queue, { connection: { port: redis.port } });
  t.teardown(() => bullmq.close());
  end.resolve(undefined);
  // A real message, to make others of.
  const mine = owner(one);
  const asked = mine.executor(requestOf(one));
  const job = await firstWaiting(bullmq);
  const good = job.data as Record<string, unknown>;
  const deep = '['.repeat(200_000);
  const bad: unknown[] = [
    null,
    'text',
    [],
    {},
    { ...good, attempt: 0 },
    { ...good, attempt: '1' },
    { ...good, task: '' },
    { ...good, task: 'nothing' },
    { ...good, task: '__proto__' },
    { ...good, task: 'constructor' },
    { ...good, job: 1 },
    { ...good, keep: 0 },
    { ...good, fingerprint: '../../etc' },
    { ...good, context: 1 },
    { ...good, context: 'no JSON' },
    { ...good, context: deep },
    { ...good, context: `1 ${deep}` },
    { ...good, context: '9 [{}]' },
    { ...good, context: '1 [{"__proto__":1},{"polluted":2},true]' },
    { ...good, context: '1 [{"constructor":1},{"prototype":2},{"polluted":3},true]' },
    { ...good, context: '1 [["Object",1],{"polluted":2},true]' },
    { ...good, context: '1 [["Function",1],"return process"]' },
    { ...good, context: '1 [["Error",1],{"name":2},"x"]' },
    { ...good, context: '1 [[1],1]' },
    { ...good, context: textCodec.encode({ big: 'x'.repeat(20_000_000) }) },
    JSON.parse('{"__proto__":{"format":1}}'),
    { ...good, outcomes: {} },
    { ...good, outcomes: [{ task: 'a', state: 'cancelled' }] },
    { ...good, outcomes: [{ task: 'a', state: 'failed' }] },
    { ...good, outcomes: [{ task: 'a', state: 'failed', error: 1 }] },
    // The message of another attempt.
    good,
    { ...good, format: 3 },
    { ...good, maxWorkerDeaths: -1 },
  ];
  const ids: string[] = [];
  for (const [index, data] of bad.entries()) {
    ids.push(`bad-${index}`);
    await bullmq.add('bad', data, { jobId: `bad-${index}` });
  }
  const client = new Redis(redis.url);
  t.teardown(() => client.disconnect());
  for (const [id, field, value] of [
    ['no-json', 'data', '{'],
    ['no-options', 'opts', '{'],
    ['repeated', 'rjk', 'a:b:c:d:e'],
  ] as const) {
    if (field !== 'opts') {
      ids.push(id);
    }
    await bullmq.add('bad', {}, { jobId: id });
    await client.hset(`bull:${queue}:${id}`, field, value);
  }
  worker(one, { concurrency: 3 });
  t.like(await asked, { calls: 1 });
  for (const id of ids) {
    let state = await bullmq.getJobState(id);
    while (state !== 'failed' && state !== 'completed') {
      await new Promise(setImmediate);
      state = await bullmq.getJobState(id);
    }
  }
  t.regex((await bullmq.getJob('bad-30'))?.failedReason ?? '', /it has the id of another attempt/);
  t.is(({} as { polluted?: boolean }).polluted, undefined);
  t.like(await run(one, { executor: mine.executor }), { state: 'completed' });
});

for (const forged of [null, 5, { returned: 1 }, '<html>', 'r9 []', 't{}', 't{"retry":"yes"}\n1 [1]', 't{"delay":-1}\n1 [1]']) {
  redisTest(`what is not a result fails its attempt: ${JSON.stringify(forged)}`, async (t, redis) => {
    const { one } = counted();
    const { owner } = workplace(t, redis);
    const mine = owner(one);
    const forger = new Worker(mine.queue, async () => forged, { connection: { port: redis.port, maxRetriesPerRequest: null } });
    t.teardown(() => forger.close());
    const asked = mine.executor(requestOf(one)) as Promise<unknown>;
    await t.throwsAsync(asked, { instanceOf: RemoteAttemptError, code: 'REMOTE_ATTEMPT', message: /can't be read/ });
  });
}

redisTest('a long result is sent as well, and only once into Redis', async (t, redis) => {
  const long = 'x'.repeat(100_000);
  const one = workflow('long').task({ name: 'work', run: () => ({ long }) });
  const { owner, worker } = workplace(t, redis);
  worker(one);
  const mine = owner(one);
  t.deepEqual(await mine.executor(requestOf(one)), { long });
  const client = new Redis(redis.url);
  t.teardown(() => client.disconnect());
  t.true(((await client.call('MEMORY', 'USAGE', `bull:${mine.queue}:events`)) as number) < 50_000);
});

redisTest('an attempt of a worker that was presumed dead, but finished, is not run again', async (t, redis) => {
  const { one, calls } = counted();
  const { owner, worker, queueOf } = workplace(t, redis);
  const queue = queueOf(one);
  const asked = owner(one).executor(requestOf(one));
  const bullmq = new Queue(queue, { connection: { port: redis.port } });
  t.teardown(() => bullmq.close());
  const job = await firstWaiting(bullmq);
  const client = new Redis(redis.url);
  t.teardown(() => client.disconnect());
  await client.hset(`bull:${queue}:${job.id}`, 'ats', 1);
  await client.set(`bull:${queue}:tintype:result:${job.id}`, `r${textCodec.encode({ calls: 'of another one' })}`);
  worker(one);
  t.deepEqual(await asked, { calls: 'of another one' });
  t.deepEqual(calls, []);
});

for (const [what, end] of Object.entries({
  'whose result has expired': async (client: Redis, key: (name: string) => string): Promise<unknown> => client.del(key('job')),
  'that an owner has cancelled which had lost the job': async (
    client: Redis,
    key: (name: string) => string,
  ): Promise<unknown> => client.set(key('cancellation'), textCodec.encodeError(new Error('timed out'))),
})) {
  redisTest(`an attempt ${what} is run again for who asks for it now`, async (t, redis) => {
    const calls: number[] = [];
    const twice = workflow('twice').task({
      name: 'work',
      run: async (_, { signal }) => {
        calls.push(calls.length);
        if (calls.length === 1 && what.includes('cancelled')) {
          await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
        }
        return { calls: calls.length };
      },
    });
    const { owner, worker, queueOf } = workplace(t, redis);
    const queue = queueOf(twice);
    const client = new Redis(redis.url);
    t.teardown(() => client.disconnect());
    const first = owner(twice);
    const asked = first.executor(requestOf(twice)) as Promise<unknown>;
    void asked.catch(() => {});
    const bullmq = new Queue(queue, { connection: { port: redis.port } });
    t.teardown(() => bullmq.close());
    const job = await firstWaiting(bullmq);
    const { id } = job;
    await first.close();
    worker(twice);
    const isOver = async () => /completed|failed/.test(await bullmq.getJobState(id as string));
    if (what.includes('cancelled')) {
      while (calls.length === 0) {
        await new Promise(setImmediate);
      }
      await end(client, (name) => `bull:${queue}:tintype:${name}:${id}`);
    }
    while (!(await isOver())) {
      await new Promise(setImmediate);
    }
    if (!what.includes('cancelled')) {
      await end(client, () => `bull:${queue}:${id}`);
    }
    t.deepEqual(await owner(twice).executor(requestOf(twice)), { calls: 2 });
  });
}

redisTest('an attempt of a job that is over is taken from the queue for who is asked only to end it', async (t, redis) => {
  const { one } = counted();
  const { owner, queueOf } = workplace(t, redis);
  const queue = queueOf(one);
  const first = owner(one);
  void (first.executor(requestOf(one)) as Promise<unknown>).catch(() => {});
  const bullmq = new Queue(queue, { connection: { port: redis.port } });
  t.teardown(() => bullmq.close());
  await firstWaiting(bullmq);
  await first.close();
  const second = owner(one);
  const over = second.executor(requestOf(one, { signal: AbortSignal.abort(new Error('over')) })) as Promise<unknown>;
  await t.throwsAsync(over, { message: 'over' });
  while ((await bullmq.getWaitingCount()) > 0) {
    await new Promise(setImmediate);
  }
  t.pass();
});

redisTest('a result that can’t be sent fails its task at once, and says where', async (t, redis) => {
  const calls: number[] = [];
  const wrong = workflow('wrong').task({
    name: 'work',
    run: () => {
      calls.push(1);
      return { user: { connect: () => 1 } };
    },
  });
  const { owner, worker } = workplace(t, redis);
  worker(wrong);
  const { tasks } = await run(wrong, { executor: owner(wrong).executor });
  t.like(tasks.get('work'), { state: 'failed', reason: 'invalidResult', attempts: 1 });
  t.regex(
    String(tasks.get('work')?.error),
    /Task `work` returned a value that can't be saved: `\.user\.connect` can't be stored/,
  );
  t.deepEqual(calls, [1]);
});

redisTest('a worker survives a proxy that throws whatever it is asked', async (t, redis) => {
  const odd = workflow('odd')
    .task({
      name: 'odd',
      continueOnFailure: true,
      maxRetries: 0,
      run: () => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        throw proxy;
      },
    })
    .task({ name: 'good', run: () => ({ good: true }) });
  const { owner, worker } = workplace(t, redis);
  worker(odd);
  t.like(await run(odd, { executor: owner(odd).executor }), { state: 'completed', context: { good: true } });
});

for (const [key, what] of Object.entries({ events: 'heard of', wait: 'queued' })) {
  redisTest(`an attempt that can't be ${what} fails at once, and the next one runs when that is mended`, async (t, redis) => {
    const { one, end } = counted();
    const { owner, worker } = workplace(t, redis);
    const client = new Redis(redis.url);
    t.teardown(() => client.disconnect());
    const mine = owner(one, { onError: () => {} });
    await client.set(`bull:${mine.queue}:${key}`, 'of another type');
    await t.throwsAsync(mine.executor(requestOf(one)) as Promise<unknown>, {
      instanceOf: QueueFailedError,
      code: 'QUEUE_FAILED',
      message: /^Attempt 1 of task `work` failed: it could not be queued: WRONGTYPE/,
    });
    await client.del(`bull:${mine.queue}:${key}`);
    worker(one);
    end.resolve(undefined);
    t.deepEqual(await mine.executor(requestOf(one)), { calls: 1 });
  });
}

for (const key of ['completed', 'the attempt']) {
  redisTest(`an attempt fails if its outcome can't be read because the key of ${key} has another type`, async (t, redis) => {
    const { one } = counted();
    const { owner } = workplace(t, redis);
    const client = new Redis(redis.url);
    const mine = owner(one, { onError: () => {} });
    const bullmq = new Queue(mine.queue, { connection: { port: redis.port } });
    t.teardown(() => Promise.all([client.disconnect(), bullmq.close()]));
    const asked = mine.executor(requestOf(one)) as Promise<unknown>;
    const refused = t.throwsAsync(asked, { code: 'QUEUE_FAILED', message: /: its state can't be read: WRONGTYPE/ });
    await firstWaiting(bullmq);
    const [id] = await client.lrange(bullmq.toKey('wait'), 0, -1);
    const spoiled = bullmq.toKey(key === 'completed' ? key : String(id));
    await client.del(spoiled);
    await client.set(spoiled, 'of another type');
    await refused;
  });
}

redisTest('an attempt fails when its long result can’t be read', async (t, redis) => {
  const long = workflow('long').task({ name: 'work', run: () => ({ long: 'x'.repeat(5000) }) });
  const { owner, worker } = workplace(t, redis);
  const client = new Redis(redis.url);
  t.teardown(() => client.disconnect());
  const mine = owner(long, { onError: () => {} });
  const id = idOf(workloadOf(long, 'it'), { job: 'job', task: 'work', attempt: 1 });
  await client.lpush(`bull:${mine.queue}:tintype:result:${id}`, 'of another type');
  worker(long);
  const asked = mine.executor(requestOf(long)) as Promise<unknown>;
  await t.throwsAsync(asked, { code: 'QUEUE_FAILED', message: /: its result can't be read: WRONGTYPE/ });
});

redisTest('an unreadable event fails no attempt', async (t, redis) => {
  const { one, begun, end } = counted();
  const { owner, worker } = workplace(t, redis);
  const client = new Redis(redis.url);
  t.teardown(() => client.disconnect());
  const told = deferred<Error>();
  const mine = owner(one, { onError: told.resolve as never });
  worker(one);
  const asked = mine.executor(requestOf(one));
  await begun.promise;
  const id = idOf(workloadOf(one, 'it'), { job: 'job', task: 'work', attempt: 1 });
  await client.xadd(`bull:${mine.queue}:events`, '*', 'event', 'completed', 'jobId', id, 'returnvalue', 'not JSON');
  t.is((await told.promise).name, 'SyntaxError');
  end.resolve(undefined);
  t.deepEqual(await asked, { calls: 1 });
});

redisTest('a queued attempt fails when its owner may not listen anymore', async (t) => {
  const redis = new RedisServer();
  await redis.start();
  t.teardown(() => redis.remove());
  const { one, begun } = counted();
  const { owner, worker } = workplace(t, redis);
  const client = new Redis(redis.url);
  t.teardown(() => client.disconnect());
  const mine = owner(one, { onError: () => {} });
  worker(one, { onError: () => {} });
  const asked = mine.executor(requestOf(one)) as Promise<unknown>;
  await begun.promise;
  const refused = t.throwsAsync(asked, { code: 'QUEUE_FAILED', message: /: its outcome can't be read: NOPERM/ });
  await client.acl('SETUSER', 'default', '-xread');
  await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  await refused;
});

redisTest('an attempt waits while a foreign value under its key is locked', async (t, redis) => {
  const { one, end } = counted();
  const { owner, worker } = workplace(t, redis);
  const client = new Redis(redis.url);
  t.teardown(() => client.disconnect());
  const mine = owner(one);
  const key = `bull:${mine.queue}:${idOf(workloadOf(one, 'it'), { job: 'job', task: 'work', attempt: 1 })}`;
  await client.multi().hset(key, 'not', 'an attempt').set(`${key}:lock`, 'somebody', 'PX', 500).exec();
  worker(one);
  end.resolve(undefined);
  t.deepEqual(await mine.executor(requestOf(one)), { calls: 1 });
});

redisTest('an attempt is queued even if its key holds something else', async (t, redis) => {
  const { one, end } = counted();
  const { owner, worker } = workplace(t, redis);
  const client = new Redis(redis.url);
  t.teardown(() => client.disconnect());
  const mine = owner(one);
  const id = idOf(workloadOf(one, 'it'), { job: 'job', task: 'work', attempt: 1 });
  await client.hset(`bull:${mine.queue}:${id}`, 'not', 'an attempt');
  worker(one);
  end.resolve(undefined);
  t.deepEqual(await mine.executor(requestOf(one)), { calls: 1 });
});

redisTest('an attempt that Redis has lost is queued again', async (t) => {
  const redis = new RedisServer();
  await redis.start();
  t.teardown(() => redis.remove());
  const { one, end } = counted();
  const { owner, worker, queueOf } = workplace(t, redis);
  const queue = queueOf(one);
  end.resolve(undefined);
  const mine = owner(one);
  const job = run(one, { executor: mine.executor });
  const bullmq = new Queue(queue, { connection: { port: redis.port } });
  bullmq.on('error', () => {});
  await firstWaiting(bullmq);
  await bullmq.obliterate();
  await bullmq.close();
  await redis.kill();
  await redis.start();
  worker(one);
  t.like(await job, { state: 'completed' });
});

redisTest('an executor that is closed rejects what waits, and what comes later', async (t, redis) => {
  const { one } = counted();
  const { owner } = workplace(t, redis);
  const mine = owner(one);
  const asked = mine.executor(requestOf(one)) as Promise<unknown>;
  const refused = t.throwsAsync(asked, { instanceOf: BullmqClosedError, message: 'The BullMQ executor is closed' });
  await mine.close();
  await refused;
  await t.throwsAsync(mine.executor(requestOf(one)) as Promise<unknown>, { code: 'BULLMQ_CLOSED' });
});

test('an executor and a worker can be closed while Redis is unreachable, and report the problem once', async (t) => {
  const errors: Error[] = [];
  const { one } = counted();
  const { owner, worker } = workplace(t, { url: 'redis://user:swordfish@127.0.0.1:1' } as RedisServer);
  const [told, told2] = [deferred<Error>(), deferred<Error>()];
  const mine = owner(one, { onError: told.resolve as never });
  const working = worker(one, { onError: told2.resolve as never });
  const asked = mine.executor(requestOf(one)) as Promise<unknown>;
  errors.push((await told.promise) as never, (await told2.promise) as never);
  t.true(errors.every(({ message }) => message.includes('ECONNREFUSED') && !message.includes('swordfish')));
  const refused = t.throwsAsync(asked, { instanceOf: BullmqClosedError });
  await mine.close();
  await refused;
  await working.close();
});

redisTest('an input that is no object fails its attempt', async (t, redis) => {
  const { one } = counted();
  const { owner } = workplace(t, redis);
  const mine = owner(one, { input: () => 3 as never });
  await t.throwsAsync(mine.executor(requestOf(one)) as Promise<unknown>, {
    code: 'INVALID_ARGUMENT',
    message: /got 3|gave 3/,
  });
});

redisTest('`input` says what is sent', async (t, redis) => {
  const echo = workflow<{ a: number; b: number }>('echo').task({ name: 'echo', run: (context) => ({ seen: { ...context } }) });
  const { owner, worker } = workplace(t, redis);
  worker(echo);
  const { executor } = owner(echo, { input: ({ a }, task) => ({ a, task }) });
  const result = await run(echo, { context: { a: 1, b: 2 }, executor });
  t.deepEqual(result.context.seen as object, { a: 1, task: 'echo' });
});

redisTest('a task can’t change the context that it gets', async (t, redis) => {
  const thief = workflow<{ a: number }>('thief').task({
    name: 'steal',
    maxRetries: 0,
    run: (context) => {
      (context as { a: number }).a = 2;
    },
  });
  const { owner, worker } = workplace(t, redis);
  worker(thief);
  const result = await run(thief, { context: { a: 1 }, executor: owner(thief).executor });
  t.like(result.tasks.get('steal')?.error, { code: 'READONLY_CONTEXT' });
});

redisTest('options of BullMQ are handed on, but for those that are up to the job', async (t, redis) => {
  const { one, end } = counted();
  const { owner, worker, queueOf } = workplace(t, redis);
  const queue = queueOf(one);
  const jobOptions = { priority: 3, attempts: 9, removeOnComplete: true } as object;
  const asked = owner(one, { jobOptions, keepResults: 60 }).executor(requestOf(one));
  const bullmq = new Queue(queue, { connection: { port: redis.port } });
  t.teardown(() => bullmq.close());
  let [job] = await bullmq.getPrioritized();
  while (job === undefined) {
    [job] = await bullmq.getPrioritized();
  }
  t.like(job.opts, { priority: 3, attempts: 1, removeOnComplete: { age: 60 }, removeOnFail: { age: 60 } });
  end.resolve(undefined);
  worker(one, { limiter: { max: 1, duration: 1 } });
  t.deepEqual(await asked, { calls: 1 });
});

redisTest('an owner that has lost its job does not queue an attempt again that the next owner cancelled', async (t, redis) => {
  const calls: number[] = [];
  const flow = workflow('twice').task({ name: 'work', run: (_, { attempt }) => void calls.push(attempt) });
  const { owner, worker, queueOf } = workplace(t, redis);
  const lost = new AbortController();
  const confirming = deferred<void>();
  const confirm = async () => {
    lost.abort(new JobStoreError('LEASE_LOST', 'lost'));
    confirming.resolve();
  };
  const paused = owner(flow).executor(requestOf(flow, { signal: lost.signal, confirm })) as Promise<unknown>;
  const bullmq = new Queue(queueOf(flow), { connection: { port: redis.port } });
  t.teardown(() => bullmq.close());
  await firstWaiting(bullmq);
  const next = owner(flow);
  const cancelled = next.executor(requestOf(flow, { signal: AbortSignal.abort(new Error('over')) })) as Promise<unknown>;
  await t.throwsAsync(cancelled, { message: 'over' });
  await confirming.promise;
  await t.throwsAsync(paused, { message: 'lost' });
  worker(flow);
  await next.executor(requestOf(flow, { attempt: 2 }));
  t.deepEqual(calls, [2]);
});
