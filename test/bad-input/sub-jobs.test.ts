import test from 'ava';
import { type Job, JobCancelledError, JobFailedError, run } from 'tintype';
import { soon, watchForHarm } from '../helpers/bad-input-harm.ts';
import { changing, forever, nothing, thenable } from '../helpers/bad-input-values.ts';
import { SteppedClock, withTime } from '../helpers/simulated-time.ts';

watchForHarm(test);

const boom = new Error('boom');
const failing = () => run([{ name: 'b', run: () => Promise.reject(boom) }], { maxRetries: 0 });

test('a task that returns a job gives its context', async (t) => {
  const result = await run([{ name: 'a', run: () => run([{ name: 'b', run: () => ({ b: 1 }) }]) }]);
  t.deepEqual(result.context, { b: 1 });
});

test('a task that returns the result of a job gives its context', async (t) => {
  const result = await run([{ name: 'a', run: async () => run([], { context: { b: 1 } }) }]);
  t.deepEqual(result.context, { b: 1 });
});

test('a copy of the result of a job is a plain object like any other', async (t) => {
  const copy = { ...(await failing()) };
  const result = await run([{ name: 'a', run: () => copy }]);
  t.is(result.state, 'completed');
  t.is((result.context as typeof copy).state, 'failed');
});

test('a task that returns a job that fails fails with a JobFailedError, and is repeated', async (t) => {
  const result = await run([{ name: 'a', run: failing, maxRetries: 1 }], { backoff: 0 });
  const error = result.state === 'failed' ? result.failure.error : undefined;
  t.true(error instanceof JobFailedError);
  t.like(error, { cause: boom, message: 'Job failed: task `b` failed: Error: boom' });
  t.is(result.tasks.get('a')?.attempts, 2);
});

test('a task that returns a job that was cancelled fails with a JobCancelledError', async (t) => {
  const cancelled = () => {
    const job = run([]);
    job.cancel('enough');
    return job;
  };
  const result = await run([{ name: 'a', run: cancelled, maxRetries: 0 }]);
  t.true(result.state === 'failed' && result.failure.error instanceof JobCancelledError);
});

test('a task that returns the values of a job that can not be read is a failed attempt', async (t) => {
  const result = await run([{ name: 'a', run: () => ({ job: run([]) }) }]);
  t.is(result.state, 'completed');
});

test('a task that returns its own job waits for its timeout', async (t) => {
  const clock = new SteppedClock();
  const job: Job = run([{ name: 'a', run: (): unknown => job }], { clock, timeout: 100 });
  t.is(await soon(job), 'pending');
  t.is((await withTime(clock, job)).state, 'timedOut');
});

test('a sub-job whose context has a function `then` is refused, which is a failed attempt', async (t) => {
  const subJob = () => run([], { context: thenable(forever) });
  const result = await run([{ name: 'a', run: subJob, maxRetries: 0 }]);
  t.like(result.state === 'failed' && result.failure, {
    reason: 'exception',
    error: {
      code: 'INVALID_WORKFLOW',
      message: 'The job: `context` must be a plain object without a function `then`, got an object',
    },
  });
});

test('`unwrap` gives a context that has a `then` which is no function', async (t) => {
  const context = Object.fromEntries([['then', 1]]);
  t.deepEqual(await run([], { context }).unwrap(), context);
});

test('`unwrap` settles when the `then` of an initial context is a function only the second time it is read', async (t) => {
  // It may be refused, too.
  const unwrap = async () => run([], { context: changing('then', 1, forever).object }).unwrap();
  t.not(await soon(unwrap().catch(nothing)), 'pending');
});
