import test from 'ava';
import {
  InvalidArgumentError,
  JobCancelledError,
  JobFailedError,
  JobTimedOutError,
  run,
  TintypeError,
  workflow,
} from 'tintype';
import { deferred } from '../helpers/deferred.ts';
import { SteppedClock, settle, withTime } from '../helpers/simulated-time.ts';

const forever = () => new Promise<undefined>(() => {});
const boom = new Error('boom');
const fail = () => {
  throw boom;
};

test('a job starts in the microtask after run, so that a listener added right after it misses nothing', async (t) => {
  const types: string[] = [];
  const calls: string[] = [];
  const job = run([{ name: 'a', run: () => void calls.push('a') }]);
  job.on('*', ({ type }) => types.push(type));
  t.is(job.snapshot().state, 'idle');
  t.deepEqual(calls, []);
  await job;
  t.deepEqual(types, ['job.running', 'task.ready', 'task.running', 'task.completed', 'job.completed']);
});

test('unwrap resolves with the context of a completed job', async (t) => {
  const job = run(workflow('one').task({ name: 'a', run: () => ({ a: 1 }) }));
  const { a } = await job.unwrap();
  t.is(a, 1);
});

test('unwrap rejects with an error for how the job ended, with the cause', async (t) => {
  const failed = await t.throwsAsync(run([{ name: 'a', run: fail, maxRetries: 1 }], { backoff: 0 }).unwrap(), {
    instanceOf: JobFailedError,
  });
  t.is(failed.cause, boom);
  t.is(failed.message, 'Job failed: task `a` failed after 2 attempts: Error: boom');
  t.like(failed.failure, { task: 'a', attempts: 2 });

  const job = run([{ name: 'a', run: forever }]);
  job.cancel('enough');
  const cancelled = await t.throwsAsync(job.unwrap(), { instanceOf: JobCancelledError });
  t.is(cancelled.reason, 'enough');
  t.is(cancelled.message, 'Job was cancelled: enough');

  const clock = new SteppedClock();
  const late = run([{ name: 'a', run: forever }], { clock, timeout: 10 });
  const timedOut = await t.throwsAsync(withTime(clock, late.unwrap()), { instanceOf: JobTimedOutError });
  t.is(timedOut.message, 'Job timed out: it took longer than 10 ms');
  t.true(timedOut instanceof TintypeError);
  t.is(timedOut.code, 'JOB_TIMED_OUT');
});

test('a failed job that nobody awaits causes no unhandled rejection', async (t) => {
  let unhandled = 0;
  const count = () => {
    unhandled += 1;
  };
  process.on('unhandledRejection', count);
  void run([{ name: 'a', run: fail }]);
  await settle();
  await settle();
  process.off('unhandledRejection', count);
  t.is(unhandled, 0);
});

test('snapshot returns the state of the job and its tasks', async (t) => {
  const work = deferred();
  const job = run(
    [
      { name: 'a', run: () => ({ a: 1 }) },
      { name: 'b', run: () => work.promise, dependencies: ['a'] },
    ],
    { id: 'mine' },
  );
  t.like(job.snapshot(), { id: 'mine', state: 'idle', context: {} });
  await settle();
  const snapshot = job.snapshot();
  t.like(snapshot, { state: 'running', context: { a: 1 } });
  t.deepEqual(
    [...snapshot.tasks.values()].map(({ task, state, attempts }) => [task, state, attempts]),
    [
      ['a', 'completed', 1],
      ['b', 'running', 1],
    ],
  );
  work.resolve(undefined);
  await job;
  t.is(snapshot.state, 'running');
  t.is(job.snapshot().state, 'completed');
});

test('why returns what each task waits for', async (t) => {
  const clock = new SteppedClock();
  const job = run(
    [
      { name: 'failing', run: fail, backoff: 100 },
      { name: 'done', run: () => {} },
      { name: 'running', run: forever },
      { name: 'takes the slot', run: forever },
      { name: 'first in queue', run: forever },
      { name: 'second in queue', run: forever },
      { name: 'waiting', run: forever, dependencies: ['done', 'running'] },
    ],
    { clock, maxConcurrency: 2 },
  );
  t.deepEqual(job.why('waiting'), { state: 'unscheduled', waitingFor: ['done', 'running'] });
  await settle();
  t.deepEqual(job.why('failing'), { state: 'backingOff', until: 100, reason: 'exception', error: boom });
  t.deepEqual(job.why('done'), { state: 'completed', attempts: 1 });
  t.deepEqual(job.why('running'), { state: 'running', attempt: 1 });
  t.deepEqual(job.why('first in queue'), { state: 'ready', place: 1 });
  t.deepEqual(job.why('second in queue'), { state: 'ready', place: 2 });
  t.deepEqual(job.why('waiting'), { state: 'unscheduled', waitingFor: ['running'] });
  job.cancel();
  t.deepEqual(job.why('running'), { state: 'cancelled', reason: 'jobCancelled' });
  t.deepEqual(job.why('waiting'), { state: 'skipped', reason: 'jobCancelled', waitingFor: ['running'] });
  t.throws(() => job.why('nobody'), { instanceOf: InvalidArgumentError, message: 'The job has no task `nobody`' });
});

test('why returns the reason a task failed', async (t) => {
  const job = run([{ name: 'a', run: () => 5 as never }]);
  await job;
  t.like(job.why('a'), { state: 'failed', attempts: 1, reason: 'invalidResult', error: { value: 5 } });
});

test('an await using disposes of a job: it is cancelled and drained', async (t) => {
  const work = deferred();
  const signals: AbortSignal[] = [];
  const job = run([
    {
      name: 'a',
      run: (_, { signal }) => {
        signals.push(signal);
        signal.addEventListener('abort', () => work.resolve(undefined));
        return work.promise;
      },
    },
  ]);
  await settle();
  await job[Symbol.asyncDispose]();
  t.is(job.snapshot().state, 'cancelled');
  t.true(signals[0]?.aborted);
});

test('a task that returns a job outputs the context of that job, even from an async function', async (t) => {
  const inner = workflow('inner').task({ name: 'x', run: () => ({ x: 1 }) });
  const outer = workflow('outer')
    .task({ name: 'job', run: (_, { signal }) => run(inner, { signal }) })
    .task({ name: 'result', run: async () => ({ y: (await run(inner).unwrap()).x }) })
    .task({ name: 'async', run: async () => run(inner) });
  t.deepEqual((await run(outer)).context, { x: 1, y: 1 });
});

test('a task whose sub-job fails is a failed attempt', async (t) => {
  const inner = workflow('inner').task({ name: 'x', maxRetries: 0, run: fail });
  for (const work of [() => run(inner), async () => run(inner)]) {
    const result = await run([{ name: 'a', run: work, maxRetries: 1 }], { backoff: 0 });
    t.like(result, { state: 'failed', failure: { reason: 'exception', attempts: 2 } });
    t.true(result.state === 'failed' && result.failure.error instanceof JobFailedError && result.failure.error.cause === boom);
  }
});

test('isActive returns whether the result is still needed, and execution can be destructured', async (t) => {
  const work = deferred();
  const seen: boolean[] = [];
  const job = run([
    {
      name: 'a',
      run: async (_, { isActive, task, attempt, signal }) => {
        seen.push(isActive(), task === 'a', attempt === 1, !signal.aborted);
        await work.promise;
        seen.push(isActive(), signal.aborted);
      },
    },
  ]);
  await settle();
  job.cancel();
  work.resolve(undefined);
  await job.drained;
  t.deepEqual(seen, [true, true, true, true, false, true]);
});

test('the context can be copied for structuredClone, which refuses the context itself', async (t) => {
  const copy = (context: object) => {
    t.throws(() => structuredClone(context), { any: true });
    return structuredClone({ ...context });
  };
  const result = await run([{ name: 'a', run: copy }], { context: { deep: { value: 1 } } });
  t.deepEqual(result.context, { deep: { value: 1 } });
});
