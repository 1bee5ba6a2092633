import test from 'ava';
import { run, type TaskDefinition, TaskTimedOutError, workflow } from 'tintype';
import { deferred } from '../helpers/deferred.ts';
import { eventLog } from '../helpers/event-log.ts';
import { SteppedClock, settle, withTime } from '../helpers/simulated-time.ts';

const forever = () => new Promise<undefined>(() => {});
const nothing = () => {};
const boom = new Error('boom');
const fail = () => {
  throw boom;
};

test('order: a task runs only after its dependencies, those made ready together are announced before the first runs', async (t) => {
  const { lines, onEvent } = eventLog();
  const tasks: TaskDefinition[] = [
    { name: 'last', run: nothing, dependencies: ['a', 'b', 'c'] },
    { name: 'a', run: nothing },
    { name: 'b', run: nothing },
    { name: 'c', run: nothing },
    { name: 'after b', run: nothing, dependencies: ['b'] },
  ];
  await run(tasks, { onEvent, maxConcurrency: 2 });
  t.deepEqual(lines.slice(0, 6), [
    'JOB > idle -> running',
    'b > unscheduled -> ready',
    'a > unscheduled -> ready',
    'c > unscheduled -> ready',
    'b > ready -> running',
    'a > ready -> running',
  ]);
  t.true(lines.indexOf('last > unscheduled -> ready') > lines.indexOf('c > running -> completed'));
  t.true(lines.indexOf('after b > unscheduled -> ready') < lines.indexOf('c > running -> completed'));
});

test('order: the queue is first in first out', async (t) => {
  const started: string[] = [];
  const tasks = ['a', 'b', 'c', 'd'].map((name) => ({ name, run: () => void started.push(name) }));
  await run(tasks, { maxConcurrency: 1 });
  t.deepEqual(started, ['a', 'b', 'c', 'd']);
});

test('one thing at a time: a cancel from a listener waits until all listeners were called and the machines are idle', async (t) => {
  const { lines, onEvent } = eventLog();
  const tasks = [
    { name: 'a', run: nothing },
    { name: 'b', run: nothing, dependencies: ['a'] },
    { name: 'c', run: nothing, dependencies: ['a'] },
  ];
  const job = run(tasks);
  job.on('task.completed', () => job.cancel());
  job.on('*', onEvent);
  t.is((await job).state, 'cancelled');
  t.deepEqual(lines.slice(3), [
    'a > running -> completed',
    'b > unscheduled -> ready',
    'c > unscheduled -> ready',
    'b > ready -> running',
    'c > ready -> running',
    'b > running -> cancelled',
    'c > running -> cancelled',
    'JOB > running -> cancelled',
  ]);
});

test('one thing at a time: a timer that goes off while something is handled waits, and is dropped when it was cleared meanwhile', async (t) => {
  const clock = new SteppedClock();
  const task: TaskDefinition = {
    name: 'a',
    timeout: 10,
    maxRetries: 1,
    run: async (_, { attempt }) => (attempt === 1 ? fail() : { attempt }),
    retryIf: () => {
      clock.increment(10);
      return true;
    },
  };
  const result = await withTime(clock, run([task], { clock, backoff: 0 }));
  t.deepEqual(result.context, { attempt: 2 });
});

test('result merged: a result is in the context before any dependent is made ready, and a later result wins a key', async (t) => {
  const initial = { key: 'initial' };
  const seen: unknown[] = [];
  const job = run(
    [
      { name: 'a', run: () => ({ key: 'a' }) },
      { name: 'b', run: ({ key }) => ({ seen: key, key: 'b' }), dependencies: ['a'] },
    ],
    { context: initial },
  );
  job.on('task.ready', ({ task }) => seen.push([task, job.snapshot().context.key]));
  const result = await job;
  t.deepEqual(result.context, { key: 'b', seen: 'a' });
  t.deepEqual(seen, [
    ['a', 'initial'],
    ['b', 'a'],
  ]);
  t.deepEqual(initial, { key: 'initial' });
  t.true(Object.isFrozen(result.context));
});

test('throws or rejects: it is retried while retries are left, then the job fails with that error', async (t) => {
  for (const work of [fail, async () => fail()]) {
    const result = await run([{ name: 'a', run: work, maxRetries: 2 }], { backoff: 0 });
    t.like(result, { state: 'failed', failure: { task: 'a', reason: 'exception', attempts: 3 } });
    t.is(result.state === 'failed' && result.failure.error, boom);
  }
  const byDefault = await run([{ name: 'a', run: fail }], { backoff: 0 });
  t.is(byDefault.tasks.get('a')?.attempts, 6);
});

test('throws or rejects: it is not retried when retryIf does not agree', async (t) => {
  const asked: unknown[] = [];
  const result = await run([{ name: 'a', run: fail, retryIf: (error) => asked.push(error) < 2 }], { backoff: 0 });
  t.is(result.tasks.get('a')?.attempts, 2);
  t.deepEqual(asked, [boom, boom]);
});

test('attempt times out: its signal aborts, the attempt counts, and what it returns later is dropped', async (t) => {
  const clock = new SteppedClock();
  const late = deferred();
  const signals: AbortSignal[] = [];
  const tasks: TaskDefinition[] = [
    {
      name: 'a',
      timeout: 100,
      maxRetries: 1,
      run: (_, { attempt, signal }) => {
        signals.push(signal);
        return attempt === 1 ? late.promise : { from: 'second' };
      },
    },
    { name: 'b', dependencies: ['a'], run: () => late.resolve({ from: 'first', late: true }) },
  ];
  const result = await withTime(clock, run(tasks, { clock, backoff: 0 }));
  t.deepEqual(result.context, { from: 'second' });
  t.is(result.tasks.get('a')?.attempts, 2);
  t.true(signals[0]?.reason instanceof TaskTimedOutError);
  t.false(signals[1]?.aborted);
});

test('attempt times out: without retries left the task fails, reason timedOut', async (t) => {
  const clock = new SteppedClock();
  const result = await withTime(clock, run([{ name: 'a', run: forever, timeout: 100, maxRetries: 1 }], { clock, backoff: 0 }));
  t.like(result, { state: 'failed', failure: { reason: 'timedOut', attempts: 2 } });
  t.is(clock.now(), 200);
});

test('returns anything but a plain object or nothing: the task fails at once, and the value is in the failure', async (t) => {
  for (const value of [null, [], 1, 'text', new Date(), () => {}]) {
    const result = await run([{ name: 'a', run: () => value }]);
    t.like(result, { state: 'failed', failure: { reason: 'invalidResult', attempts: 1, error: { value } } });
  }
});

test('it had continueOnFailure: the job goes on and completes whatever the reason, and the report has the failure', async (t) => {
  const clock = new SteppedClock();
  const tasks: TaskDefinition[] = [
    { name: 'throws', run: fail, continueOnFailure: true, maxRetries: 1 },
    { name: 'times out', run: forever, timeout: 5, continueOnFailure: true, maxRetries: 0 },
    { name: 'garbage', run: () => 7, continueOnFailure: true },
    { name: 'works', run: () => ({ works: true }) },
  ];
  const result = await withTime(clock, run(tasks, { clock, maxConcurrency: 1, backoff: 0 }));
  t.is(result.state, 'completed');
  t.deepEqual(result.context, { works: true });
  t.like(result.tasks.get('throws'), { state: 'failed', reason: 'exception', error: boom, attempts: 2 });
  t.like(result.tasks.get('times out'), { state: 'failed', reason: 'timedOut' });
  t.like(result.tasks.get('garbage'), { state: 'failed', reason: 'invalidResult' });
});

test('retry while others queue: a failed attempt frees its slot, and the retry goes to the back of the queue', async (t) => {
  const order: string[] = [];
  const attempt = (name: string, failures: number) => ({
    name,
    run: (_: object, execution: { attempt: number }) => {
      order.push(`${name}${execution.attempt}`);
      return execution.attempt <= failures ? fail() : undefined;
    },
  });
  await run([attempt('a', 1), attempt('b', 0), attempt('c', 1)], { maxConcurrency: 1, backoff: 0 });
  t.deepEqual(order, ['a1', 'b1', 'c1', 'a2', 'c2']);
});

test('a listener throws: the job and the other listeners go on, and the error goes to onListenerError', async (t) => {
  const errors: unknown[] = [];
  const heard: string[] = [];
  const job = run([{ name: 'a', run: nothing }], { onListenerError: (error) => errors.push(error) });
  job.on('job.running', fail);
  job.on('job.running', async () => fail());
  job.on('job.running', ({ type }) => heard.push(type));
  t.is((await job).state, 'completed');
  await settle();
  t.deepEqual(errors, [boom, boom]);
  t.deepEqual(heard, ['job.running']);
});

test('no tasks: the job completes at once', async (t) => {
  const { lines, onEvent } = eventLog();
  t.deepEqual((await run(workflow('empty'), { onEvent })).state, 'completed');
  t.deepEqual(lines, ['JOB > idle -> running', 'JOB > running -> completed']);
});
