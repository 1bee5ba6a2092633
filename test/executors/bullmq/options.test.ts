import test from 'ava';
import { Redis } from 'ioredis';
import { InvalidWorkflowError, workflow } from 'tintype';
import { bullmqExecutor, redisStore, startWorker } from 'tintype/bullmq';

const hello = workflow('hello').task({ name: 'greet', run: () => ({ text: 'hello' }) });
const queue = 'q';
const connection = { lazyConnect: true };

const connect = (given: unknown): readonly (() => unknown)[] => [
  () => bullmqExecutor({ connection: given as string, queue, workflow: hello }),
  () => startWorker(hello, { connection: given as string, queue }),
  () => redisStore({ connection: given as string }),
];

for (const [name, given] of Object.entries({
  nothing: undefined,
  'a number': 6379,
  'no URL': 'swordfish',
  'another URL': 'http://user:swordfish@host',
  'a prefix of ioredis': { keyPrefix: 'swordfish' },
  'a client with a prefix': new Redis({ lazyConnect: true, keyPrefix: 'swordfish' }),
  'a cluster': { isCluster: true, duplicate: () => undefined, defineCommand: () => undefined, password: 'swordfish' },
})) {
  test(`a connection that is ${name} is refused, and not shown`, (t) => {
    for (const make of connect(given)) {
      const error = t.throws<InvalidWorkflowError>(make, { instanceOf: InvalidWorkflowError });
      t.regex(error?.message ?? '', /`connection` must be/);
      t.false(JSON.stringify([error?.message, error?.problems]).includes('swordfish'));
    }
  });
}

test('all problems with the other options are reported together', (t) => {
  const executor = t.throws<InvalidWorkflowError>(
    () =>
      bullmqExecutor({
        connection,
        queue: 'a:b',
        workflow: hello,
        prefix: '',
        jobOptions: 3 as never,
        input: {} as never,
        keepResults: 0,
        onError: 1 as never,
        retries: 1,
      } as never),
    { instanceOf: InvalidWorkflowError },
  );
  t.deepEqual(
    executor?.problems.map((problem) => 'option' in problem && problem.option),
    ['queue', 'prefix', 'jobOptions', 'input', 'keepResults', 'onError', 'retries'],
  );
  const worker = t.throws<InvalidWorkflowError>(
    () =>
      startWorker(hello, {
        connection,
        queue: '',
        concurrency: 0,
        limiter: { max: 0, duration: 1 },
        grace: -1,
        lockDuration: 0,
        stalledInterval: 0.5,
      }),
    { instanceOf: InvalidWorkflowError },
  );
  t.deepEqual(
    worker?.problems.map((problem) => 'option' in problem && problem.option),
    ['queue', 'concurrency', 'limiter', 'grace', 'lockDuration', 'stalledInterval'],
  );
});

test('a workflow that can’t be run is refused', (t) => {
  const broken = hello.task({ name: 'greet', run: () => ({}) } as never);
  t.throws(() => bullmqExecutor({ connection, queue, workflow: broken }), { instanceOf: InvalidWorkflowError });
  t.throws(() => startWorker(broken, { connection, queue }), { instanceOf: InvalidWorkflowError });
});

test('tasks without a workflow are refused, since workers know a workflow by its name', (t) => {
  const tasks = [{ name: 'greet', run: () => ({}) }];
  for (const make of [
    () => bullmqExecutor({ connection, queue, workflow: tasks as never }),
    () => startWorker(tasks as never, { connection, queue }),
  ]) {
    t.throws(make, { instanceOf: InvalidWorkflowError, message: /`workflow` must be a named workflow made with/ });
  }
});

test('what was never used can be closed', async (t) => {
  const executor = bullmqExecutor({ connection, queue, workflow: hello });
  await t.notThrowsAsync(executor.close());
  await t.notThrowsAsync(redisStore({ connection }).close());
});
