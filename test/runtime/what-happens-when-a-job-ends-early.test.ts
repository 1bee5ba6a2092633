import { getEventListeners } from 'node:events';
import test from 'ava';
import { JobFailedError, JobTimedOutError, run, type TaskDefinition } from 'tintype';
import { deferred } from '../helpers/deferred.ts';
import { eventLog } from '../helpers/event-log.ts';
import { SteppedClock, settle, withTime } from '../helpers/simulated-time.ts';

const forever = () => new Promise<undefined>(() => {});
const nothing = () => {};
const boom = new Error('boom');
const fail = () => {
  throw boom;
};

test('a task fails: the job fails at once, tasks at work are cancelled, the others skipped, results stay', async (t) => {
  const { lines, onEvent } = eventLog();
  const clock = new SteppedClock();
  const signals: AbortSignal[] = [];
  const failing = deferred();
  const tasks: TaskDefinition[] = [
    {
      name: 'running',
      run: (_, { signal }) => {
        signals.push(signal);
        return forever();
      },
    },
    { name: 'done', run: () => ({ done: true }) },
    { name: 'failing', run: () => failing.promise, maxRetries: 0 },
    { name: 'backing off', run: fail, backoff: 1000 },
    { name: 'takes the slot', run: forever },
    { name: 'ready', run: nothing },
    { name: 'waiting', run: nothing, dependencies: ['running'] },
  ];
  const job = run(tasks, { onEvent, clock, maxConcurrency: 3 });
  job.on('task.running', ({ task }) => task === 'takes the slot' && failing.reject(boom));
  const result = await withTime(clock, job);
  t.like(result, { state: 'failed', failure: { task: 'failing', error: boom }, context: { done: true } });
  t.deepEqual(
    [...result.tasks.values()].map(({ state }) => state),
    ['cancelled', 'completed', 'failed', 'cancelled', 'cancelled', 'cancelled', 'skipped'],
  );
  t.deepEqual(lines.slice(-7), [
    'failing > running -> failed',
    'running > running -> cancelled',
    'backing off > backingOff -> cancelled',
    'takes the slot > running -> cancelled',
    'ready > ready -> cancelled',
    'waiting > unscheduled -> skipped',
    'JOB > running -> failed',
  ]);
  const reason: unknown = signals[0]?.reason;
  t.true(reason instanceof JobFailedError && reason.cause === boom);
  t.is(clock.now(), 0);
});

test('job timeout: the job ends at once with what was completed so far', async (t) => {
  const clock = new SteppedClock();
  const { lines, onEvent } = eventLog();
  const signals: AbortSignal[] = [];
  const slow: TaskDefinition = {
    name: 'slow',
    run: (_, { signal }) => {
      signals.push(signal);
      return forever();
    },
  };
  const result = await withTime(
    clock,
    run([{ name: 'quick', run: () => ({ quick: 1 }) }, slow], { clock, timeout: 50, onEvent }),
  );
  t.like(result, { state: 'timedOut', timeout: 50, context: { quick: 1 } });
  t.deepEqual(lines.slice(-2), ['slow > running -> cancelled', 'JOB > running -> timedOut']);
  t.true(signals[0]?.reason instanceof JobTimedOutError);
});

test('cancel(): the job ends at once, and cancelling again does nothing', async (t) => {
  const { lines, onEvent } = eventLog();
  const job = run([{ name: 'a', run: forever }], { onEvent });
  await settle();
  job.cancel('first');
  t.is(job.snapshot().state, 'cancelled');
  job.cancel('second');
  t.like(await job, { state: 'cancelled', reason: 'first', tasks: new Map([['a', job.snapshot().tasks.get('a')]]) });
  t.deepEqual(lines.slice(-2), ['a > running -> cancelled', 'JOB > running -> cancelled']);
});

test('cancel(): before the start nothing runs', async (t) => {
  const { lines, onEvent } = eventLog();
  const job = run(
    [
      { name: 'a', run: () => t.fail() },
      { name: 'b', run: () => t.fail(), dependencies: ['a'] },
    ],
    { onEvent },
  );
  job.cancel();
  t.is((await job).state, 'cancelled');
  await settle();
  t.deepEqual(lines, ['a > unscheduled -> skipped', 'b > unscheduled -> skipped', 'JOB > idle -> cancelled']);
});

test('cancel(): before the start leaves no listener on the signal', async (t) => {
  const { signal } = new AbortController();
  const job = run([{ name: 'a', run: () => t.fail() }], { signal });
  job.cancel();
  await settle();
  t.is((await job).state, 'cancelled');
  t.is(getEventListeners(signal, 'abort').length, 0);
});

test('cancel(): after the end it does nothing', async (t) => {
  const job = run([{ name: 'a', run: nothing }]);
  await job;
  job.cancel();
  t.is(job.snapshot().state, 'completed');
});

test('signal: it cancels the job with its reason, and one that has aborted acts in the start microtask', async (t) => {
  const controller = new AbortController();
  const job = run([{ name: 'a', run: forever }], { signal: controller.signal });
  await settle();
  controller.abort('enough');
  t.like(await job, { state: 'cancelled', reason: 'enough' });

  const second = run([{ name: 'a', run: () => t.fail() }], { signal: controller.signal });
  t.is(second.snapshot().state, 'idle');
  await Promise.resolve();
  t.is(second.snapshot().state, 'cancelled');
});

test('during backoff: the task holds no slot, and cancel ends the wait at once', async (t) => {
  const clock = new SteppedClock();
  const job = run(
    [
      { name: 'a', run: fail, backoff: 1000 },
      { name: 'b', run: () => ({ b: true }) },
    ],
    { clock, maxConcurrency: 1 },
  );
  await settle();
  t.is(job.why('a').state, 'backingOff');
  t.is(job.why('b').state, 'completed');
  job.cancel();
  t.is((await job).tasks.get('a')?.state, 'cancelled');
  t.is(clock.pending, 0);
});

test('a timed-out function that does not stop: it holds no slot, and drained and asyncDispose wait for it', async (t) => {
  const clock = new SteppedClock();
  const stubborn = deferred();
  const tasks: TaskDefinition[] = [
    { name: 'stubborn', run: () => stubborn.promise, timeout: 10, maxRetries: 0, continueOnFailure: true },
    { name: 'next', run: () => ({ next: true }) },
  ];
  const job = run(tasks, { clock, maxConcurrency: 1 });
  const result = await withTime(clock, job);
  t.deepEqual(result.context, { next: true });
  const order: string[] = [];
  const drained = job.drained.then(() => order.push('drained'));
  const disposed = job[Symbol.asyncDispose]().then(() => order.push('disposed'));
  await settle();
  t.deepEqual(order, []);
  stubborn.resolve(undefined);
  await Promise.all([drained, disposed]);
  t.deepEqual(order.sort(), ['disposed', 'drained']);
});

test('end: no timer and no listener of the job is left', async (t) => {
  const clock = new SteppedClock();
  const controller = new AbortController();
  const { signal } = controller;
  const job = run([{ name: 'a', run: nothing, timeout: 1000 }], { clock, timeout: 1000, signal });
  await settle();
  t.is((await job).state, 'completed');
  t.is(clock.pending, 0);
  t.is(getEventListeners(signal, 'abort').length, 0);
});
