import { AsyncLocalStorage } from 'node:async_hooks';
import test from 'ava';
import { run, workflow } from 'tintype';
import { SimulatedClock } from 'xstate';
import { deferred } from '../../helpers/deferred.ts';
import { testWithRedis } from '../../helpers/redis.ts';
import { workplace } from './at-work.ts';

const redisTest = testWithRedis(test);

redisTest('tasks get the context of their job, and give it what they return', async (t, redis) => {
  const sums = workflow<{ from: number }>('sums')
    .task({ name: 'one', run: ({ from }) => ({ one: from + 1 }) })
    .task({ name: 'two', run: ({ from }) => ({ two: from + 2 }) })
    .task({ name: 'sum', dependencies: ['one', 'two'], run: ({ one, two }) => ({ sum: one + two }) });
  const { owner, worker, errors } = workplace(t, redis);
  worker(sums, { concurrency: 2 });
  const result = await run(sums, { context: { from: 10 }, executor: owner(sums).executor });
  t.is(result.state, 'completed');
  t.like(result.context, { one: 11, two: 12, sum: 23 });
  t.deepEqual(errors, []);
});

redisTest('an error comes back with its name, message, code, stack and cause', async (t, redis) => {
  const failing = workflow('failing').task({
    name: 'fail',
    maxRetries: 0,
    run: () => {
      throw Object.assign(new RangeError('too far', { cause: new Error('no map') }), { code: 'E_FAR' });
    },
  });
  const { owner, worker } = workplace(t, redis);
  worker(failing);
  const result = await run(failing, { executor: owner(failing).executor });
  const error = result.tasks.get('fail')?.error as Error & { code: string };
  t.like(error, { name: 'RangeError', message: 'too far', code: 'E_FAR', cause: { message: 'no map' } });
  t.regex(error.stack ?? '', /attempts\.test\.ts/);
});

redisTest('a worker learns how dependencies ended that need not complete; the owner evaluates conditions', async (t, redis) => {
  const inWorker = new AsyncLocalStorage<boolean>();
  const evaluated: unknown[] = [];
  const evaluate = (holds: boolean) => () => evaluated.push(inWorker.getStore()) > 0 && holds;
  const flow = workflow('flow')
    .task({ name: 'fine', run: () => ({ fine: true }) })
    .task({
      name: 'failed',
      continueOnFailure: true,
      run: () => {
        throw Object.assign(new RangeError('too far', { cause: new Error('no map') }), { code: 'E_FAR' });
      },
    })
    .task({ name: '__proto__', dependencies: ['fine'], when: evaluate(false), run: () => ({}) })
    .task({
      name: 'join',
      dependencies: [{ settled: 'failed' }, { anyOf: ['fine', '__proto__'] }],
      when: evaluate(true),
      run: (_, { outcomes }) => ({ outcomes: Object.entries(outcomes), isFrozen: Object.isFrozen(outcomes) }),
    })
    .task({ name: 'plain', dependencies: ['join'], run: (_, { outcomes }) => ({ plain: Object.keys(outcomes) }) });
  const { owner, worker, errors } = workplace(t, redis);
  inWorker.run(true, () => worker(flow));
  const { outcomes, isFrozen, plain } = await run(flow, { executor: owner(flow).executor, maxRetries: 0 }).unwrap();
  const [[, failed] = [], ...others] = outcomes ?? [];
  t.like(failed, {
    state: 'failed',
    error: { name: 'RangeError', message: 'too far', code: 'E_FAR', cause: { message: 'no map' } },
  });
  t.deepEqual(others, [
    ['fine', { state: 'completed' }],
    ['__proto__', { state: 'skipped' }],
  ]);
  t.true(isFrozen);
  t.deepEqual(plain, []);
  t.deepEqual(evaluated, [undefined, undefined]);
  t.deepEqual(errors, []);
});

redisTest('a failed attempt is retried by its job, and each attempt knows its number', async (t, redis) => {
  const attempts: number[] = [];
  const flaky = workflow('flaky').task({
    name: 'try',
    run: (_, { attempt }) => {
      attempts.push(attempt);
      if (attempt < 3) {
        throw new Error('not yet');
      }
      return { attempt };
    },
  });
  const { owner, worker } = workplace(t, redis);
  worker(flaky);
  const result = await run(flaky, { executor: owner(flaky).executor, backoff: 0 });
  t.is(result.state, 'completed');
  t.deepEqual(attempts, [1, 2, 3]);
});

redisTest('by default a programming error of a worker is not retried, and a network failure is', async (t, redis) => {
  const flow = workflow('flow')
    .task({ name: 'mistake', continueOnFailure: true, run: () => Promise.reject(new TypeError('a mistake')) })
    .task({ name: 'offline', continueOnFailure: true, run: () => Promise.reject(new TypeError('fetch failed')) });
  const { owner, worker } = workplace(t, redis);
  worker(flow);
  const { tasks } = await run(flow, { executor: owner(flow).executor, maxRetries: 1, backoff: 0 });
  t.is(tasks.get('mistake')?.attempts, 1);
  t.is(tasks.get('offline')?.attempts, 2);
});

redisTest('what can’t be merged fails its task at once, also when it can’t be sent', async (t, redis) => {
  const { owner, worker } = workplace(t, redis);
  const wrong = workflow('wrong')
    .task({ name: 'list', continueOnFailure: true, run: () => [1] as unknown as object })
    .task({ name: 'instance', continueOnFailure: true, run: () => new (class Money {})() })
    .task({ name: 'letter', continueOnFailure: true, run: () => 'abc' as unknown as object });
  worker(wrong);
  const result = await run(wrong, { executor: owner(wrong).executor });
  for (const name of ['list', 'instance', 'letter'] as const) {
    t.like(result.tasks.get(name), { state: 'failed', reason: 'invalidResult', attempts: 1 });
  }
});

redisTest('a timeout reaches the worker: its signal aborts, and what it returns later is dropped', async (t, redis) => {
  const started = deferred<void>();
  const aborted = deferred<unknown>();
  const returned = deferred();
  const actives: boolean[] = [];
  const slow = workflow('slow').task({
    name: 'wait',
    timeout: 200,
    maxRetries: 0,
    run: async (_, { signal, isActive }) => {
      actives.push(isActive());
      signal.addEventListener('abort', () => aborted.resolve(signal.reason));
      started.resolve();
      await returned.promise;
      actives.push(isActive());
      return { late: true };
    },
  });
  const { owner, worker } = workplace(t, redis);
  const working = worker(slow, { grace: 60_000 });
  const clock = new SimulatedClock();
  const job = run(slow, { executor: owner(slow).executor, clock });
  await started.promise;
  clock.increment(200);
  const result = await job;
  t.is(result.state, 'failed');
  t.like(await aborted.promise, { name: 'TaskTimedOutError', code: 'TASK_TIMED_OUT' });
  const closed = working.close();
  returned.resolve(undefined);
  await closed;
  t.deepEqual(actives, [true, false]);
  t.deepEqual(result.context, {});
});

redisTest('cancelling a job ends its running attempts, and those that are queued are not begun', async (t, redis) => {
  const begun: string[] = [];
  const started = deferred<void>();
  const reasons = deferred<unknown>();
  const wait = (_: object, { task, signal }: { task: string; signal: AbortSignal }) =>
    new Promise<undefined>((resolve) => {
      begun.push(task);
      started.resolve();
      signal.addEventListener('abort', () => {
        reasons.resolve(signal.reason);
        resolve(undefined);
      });
    });
  const pair = workflow('pair').task({ name: 'a', run: wait }).task({ name: 'b', run: wait });
  const { owner, worker } = workplace(t, redis);
  const remote = owner(pair);
  const working = worker(pair);
  const job = run(pair, { executor: remote.executor });
  await started.promise;
  job.cancel('enough');
  t.is((await job).state, 'cancelled');
  t.like(await reasons.promise, { code: 'JOB_CANCELLED', message: 'Job was cancelled: enough' });
  await remote.close();
  await working.close();
  t.deepEqual(begun, ['a']);
});
