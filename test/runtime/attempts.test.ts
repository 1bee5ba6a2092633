import test from 'ava';
import {
  InvalidResultError,
  type JobEvent,
  JobFailedError,
  RetryPolicyError,
  run,
  type TaskDefinition,
  type TaskExecution,
  TaskTimedOutError,
} from 'tintype';
import { deferred } from '../helpers/deferred.ts';
import { SteppedClock, settle, withTime } from '../helpers/simulated-time.ts';

const boom = new Error('boom');
const policyBoom = new Error('policy');
const forever = () => new Promise<undefined>(() => {});
const fail = () => {
  throw boom;
};

/** Runs a task whose first attempt times out; keeps what `retryIf` is asked about and every event. */
async function timedOutOnce() {
  const clock = new SteppedClock();
  const [first, second] = [deferred(), deferred()];
  const asked: unknown[] = [];
  const events: JobEvent[] = [];
  const task: TaskDefinition = {
    name: 'a',
    timeout: 10,
    maxRetries: 5,
    retryIf: (error) => asked.push(error) > 0,
    run: (_, { attempt }) => (attempt === 1 ? first.promise : second.promise),
  };
  const job = run([task], { clock, backoff: 0, onEvent: (event) => events.push(event) });
  await settle();
  clock.increment(10);
  await settle();
  return { job, first, second, asked, events };
}

test('an error thrown after the timeout is ignored, and retryIf is not called for it', async (t) => {
  const { job, first, second, asked, events } = await timedOutOnce();
  t.deepEqual(job.why('a'), { state: 'running', attempt: 2 });
  const before = events.length;
  first.reject(boom);
  await settle();
  t.is(events.length, before);
  t.deepEqual(job.why('a'), { state: 'running', attempt: 2 });
  second.resolve({ a: 2 });
  t.like(await job, { state: 'completed', context: { a: 2 } });
  t.is(asked.length, 1);
  t.true(asked[0] instanceof TaskTimedOutError);
});

test('a value returned after the timeout is ignored, and not even read', async (t) => {
  const { job, first, second, asked, events } = await timedOutOnce();
  const before = events.length;
  let reads = 0;
  const get = () => {
    reads += 1;
    return 1;
  };
  first.resolve(Object.defineProperty({}, 'late', { get, enumerable: true }));
  await settle();
  t.is(events.length, before);
  t.is(reads, 0);
  second.resolve({ a: 2 });
  t.deepEqual((await job).context, { a: 2 });
  t.is(reads, 0);
  t.is(asked.length, 1);
});

test('an error or value after the job was cancelled is ignored and not read', async (t) => {
  const works = [deferred(), deferred()];
  const calls: string[] = [];
  const tasks = works.map(({ promise }, index) => ({
    name: `task ${index}`,
    run: () => promise,
    retryIf: () => calls.push('retryIf') > 0,
  }));
  const job = run(tasks);
  await settle();
  job.cancel();
  works[0]?.reject(boom);
  works[1]?.resolve(Object.defineProperty({}, 'late', { get: () => calls.push('read'), enumerable: true }));
  await job.drained;
  t.deepEqual(calls, []);
});

test('a kept isActive returns false once the attempt has ended, and already in listeners of that event', async (t) => {
  const clock = new SteppedClock();
  const kept: TaskExecution[] = [];
  const heard: [type: string, active: boolean[]][] = [];
  const states = () => kept.map(({ isActive }) => isActive());
  const work = (execution: TaskExecution) => {
    kept.push(execution);
    t.true(execution.isActive());
    return [fail, forever, () => ({ a: 1 })][execution.attempt - 1]?.();
  };
  const job = run([{ name: 'a', run: (_, execution) => work(execution), timeout: 10 }], { clock, backoff: 0 });
  job.on('task.*', ({ type, from }) => from === 'running' && heard.push([type, states()]));
  t.is((await withTime(clock, job)).state, 'completed');
  t.deepEqual(heard, [
    ['task.ready', [false]],
    ['task.ready', [false, false]],
    ['task.completed', [false, false, false]],
  ]);
  t.deepEqual(states(), [false, false, false]);
  t.deepEqual(
    kept.map(({ signal }) => signal.aborted),
    [false, true, false],
  );
});

test('a kept isActive returns false after the last attempt failed, even with an invalid result', async (t) => {
  for (const work of [fail, () => 5 as never]) {
    const kept: TaskExecution[] = [];
    const note = (_: object, execution: TaskExecution) => {
      kept.push(execution);
      return work();
    };
    t.is((await run([{ name: 'a', run: note, maxRetries: 0 }])).state, 'failed');
    t.deepEqual(
      kept.map(({ isActive }) => isActive()),
      [false],
    );
  }
});

test('the retry policy is not asked when no retries are left, so that it does not hide the last error', async (t) => {
  const asked: string[] = [];
  const policy = (name: string, limit: number) => {
    const calls = asked.push(name);
    if (calls > limit) {
      throw policyBoom;
    }
  };
  const none = await run([{ name: 'a', run: fail, maxRetries: 0, retryIf: () => policy('retryIf', 0) as never }]);
  t.like(none, { state: 'failed', failure: { reason: 'exception', error: boom, attempts: 1 } });
  t.deepEqual(asked, []);
  const task: TaskDefinition = {
    name: 'a',
    run: fail,
    maxRetries: 2,
    retryIf: () => {
      policy('retryIf', 4);
      return true;
    },
    backoff: () => {
      policy('backoff', 4);
      return 0;
    },
  };
  t.like(await run([task]), { state: 'failed', failure: { reason: 'exception', error: boom, attempts: 3 } });
  t.deepEqual(asked, ['retryIf', 'backoff', 'retryIf', 'backoff']);
});

test('the retry policy is not asked when no retries are left after a timeout', async (t) => {
  const clock = new SteppedClock();
  const task: TaskDefinition = { name: 'a', run: forever, timeout: 10, maxRetries: 0, retryIf: () => t.fail() as never };
  const result = await withTime(clock, run([task], { clock }));
  t.like(result, { state: 'failed', failure: { reason: 'timedOut', attempts: 1 } });
});

test('the retry policy is not asked about an invalid result', async (t) => {
  const ask = () => {
    throw policyBoom;
  };
  const result = await run([{ name: 'a', run: () => 5 as never, retryIf: ask, backoff: ask }]);
  t.like(result, { state: 'failed', failure: { reason: 'invalidResult', attempts: 1 } });
  t.true(result.state === 'failed' && result.failure.error instanceof InvalidResultError);
});

for (const option of ['retryIf', 'backoff'] as const) {
  test(`a \`${option}\` that throws after a timeout is an exception, whose attemptError is the TaskTimedOutError`, async (t) => {
    const clock = new SteppedClock();
    const ask = () => {
      throw policyBoom;
    };
    const result = await withTime(clock, run([{ name: 'a', run: forever, timeout: 10, [option]: ask }], { clock }));
    t.like(result, { state: 'failed', failure: { reason: 'exception', attempts: 1 } });
    t.is(result.tasks.get('a')?.reason, 'exception');
    const error = result.state === 'failed' ? result.failure.error : undefined;
    if (!(error instanceof RetryPolicyError)) {
      t.fail('the error is no RetryPolicyError');
      return;
    }
    t.is(error.cause, policyBoom);
    t.true(error.attemptError instanceof TaskTimedOutError);
  });
}

test('backoff is not called if retryIf returns false', async (t) => {
  const asked: unknown[] = [];
  const task: TaskDefinition = {
    name: 'a',
    run: fail,
    retryIf: (error) => {
      asked.push(error);
      return false;
    },
    backoff: () => {
      throw policyBoom;
    },
  };
  t.like(await run([task]), { state: 'failed', failure: { error: boom, attempts: 1 } });
  t.deepEqual(asked, [boom]);
});

test('the error of a sub-job returned after the timeout is ignored', async (t) => {
  const { job, first, second, asked, events } = await timedOutOnce();
  const before = events.length;
  const inner = run([{ name: 'x', run: fail, maxRetries: 0 }]);
  await t.throwsAsync(inner.unwrap(), { instanceOf: JobFailedError });
  first.resolve(inner as never);
  await settle();
  t.is(events.length, before);
  t.is(asked.length, 1);
  second.resolve(undefined);
  t.is((await job).state, 'completed');
});

test('an execution can be copied, wrapped in a proxy, and taken as a prototype; each has the signal', async (t) => {
  const seen: unknown[] = [];
  const look = (_: object, execution: TaskExecution) => {
    const { signal } = execution;
    const others = [{ ...execution }, new Proxy(execution, {}), Object.create(execution) as TaskExecution];
    seen.push(...others.map((other) => other.signal === signal && other.isActive() && other.task));
    seen.push(Object.keys(execution).sort());
  };
  t.is((await run([{ name: 'a', run: look, maxRetries: 0 }])).state, 'completed');
  t.deepEqual(seen, ['a', 'a', 'a', ['attempt', 'isActive', 'job', 'signal', 'task']]);
});
