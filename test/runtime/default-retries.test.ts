import test from 'ava';
import { type JobEvent, type RunOptions, run, type TaskDefinition, workflow, workflowLogic } from 'tintype';
import { traced } from 'tintype/otel';
import { createActor } from 'xstate';
import { SteppedClock, withTime } from '../helpers/simulated-time.ts';

/** Runs a task that always throws; gives how often, and the delays between. */
async function attemptsOf(error: unknown, options: RunOptions = {}, task: Partial<TaskDefinition> = {}) {
  const clock = new SteppedClock();
  const delays: number[] = [];
  const onEvent = (event: JobEvent) => {
    if (event.type === 'task.backingOff') {
      delays.push(event.delay);
    }
  };
  const run1 = () => {
    throw error;
  };
  const result = await withTime(clock, run([{ name: 'a', ...task, run: run1 }], { clock, onEvent, ...options }));
  return { attempts: result.tasks.get('a')?.attempts, delays, waited: clock.now() };
}

test('by default an error is retried 5 times, each time after a random delay whose limit doubles', async (t) => {
  for (let round = 0; round < 20; round += 1) {
    const { attempts, delays, waited } = await attemptsOf(new Error('boom'));
    t.is(attempts, 6);
    // A random delay of 0 ms is none.
    t.true(delays.length > 0);
    t.true(waited <= 100 + 200 + 400 + 800 + 1600);
  }
  const { random } = Math;
  Math.random = () => 1;
  try {
    const { delays } = await attemptsOf(new Error('boom'), { maxRetries: 9 });
    t.deepEqual(delays, [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
  } finally {
    Math.random = random;
  }
});

test('by default programming errors are not retried, and with `retryIf: true` they are', async (t) => {
  for (const error of [new TypeError('no'), new ReferenceError('no'), new RangeError('no')]) {
    t.like(await attemptsOf(error), { attempts: 1, delays: [] });
    t.like(await attemptsOf(error, { retryIf: true }), { attempts: 6 });
    t.like(await attemptsOf(error, {}, { retryIf: true }), { attempts: 6 });
  }
  t.like(await attemptsOf(new SyntaxError('no')), { attempts: 6 });
  t.like(await attemptsOf(new TypeError('fetch failed')), { attempts: 6 });
});

test('by default, if a task returns a failed job, the error of that job’s task decides on the retry', async (t) => {
  const attemptsAround = async (error: unknown) => {
    const inner = workflow('inner').task({ name: 'a', maxRetries: 0, run: () => Promise.reject(error) });
    const outer = workflow('outer').task({ name: 'b', maxRetries: 1, backoff: 0, run: () => run(inner) });
    return (await run(outer)).tasks.get('b')?.attempts;
  };
  t.is(await attemptsAround(new TypeError('no')), 1);
  t.is(await attemptsAround(new Error('no')), 2);
  t.is(await attemptsAround(new TypeError('fetch failed')), 2);
});

test('by default an invalid workflow is not retried, and errors that are their own cause are', async (t) => {
  t.like(await attemptsOf(t.throws(() => run([{ name: '', run: () => {} }]))), { attempts: 1 });
  const circular = new Error('no');
  Object.assign(circular, { name: 'JobFailedError', cause: circular });
  t.like(await attemptsOf(circular), { attempts: 6 });
});

test('`backoff: 0` and `retryIf: true` retry every error at once', async (t) => {
  t.deepEqual(await attemptsOf(new TypeError('no'), { backoff: 0, retryIf: true }), { attempts: 6, delays: [], waited: 0 });
});

test('`backoff` and `retryIf` of the job hold for all its tasks, unless a task has its own', async (t) => {
  const job: RunOptions = { maxRetries: 2, backoff: { initial: 10, factor: 3 }, retryIf: (error) => error === 'again' };
  t.like(await attemptsOf('again', job), { attempts: 3, delays: [10, 30] });
  t.like(await attemptsOf('no', job), { attempts: 1 });
  t.like(await attemptsOf('again', job, { backoff: 5 }), { attempts: 3, delays: [5, 5] });
  t.like(await attemptsOf('no', job, { retryIf: true }), { attempts: 3, delays: [10, 30] });
  t.like(await attemptsOf('again', job, { retryIf: () => false }), { attempts: 1 });
  t.like(await attemptsOf('again', { ...job, backoff: (attempt, error) => attempt + String(error).length }), {
    delays: [6, 7],
  });
});

test('functions of the job are called by themselves, those of a task as its methods', async (t) => {
  const owners: unknown[] = [];
  const options = {
    maxRetries: 1,
    retryIf(this: unknown) {
      owners.push(this);
      return true;
    },
    backoff(this: unknown) {
      owners.push(this);
      return 0;
    },
  };
  await attemptsOf('no', options);
  const task = { name: 'a', ...options, run: () => Promise.reject('no') };
  await run([task]);
  t.deepEqual(owners, [undefined, undefined, task, task]);
});

test('jobs of `workflowLogic` and of `traced` take the retry policy too', async (t) => {
  let calls = 0;
  const flow = workflow('flow').task({
    name: 'a',
    run: () => {
      calls += 1;
      throw new TypeError('no');
    },
  });
  const options = { maxRetries: 2, backoff: 0, retryIf: true } as const;
  await traced().run(flow, options);
  t.is(calls, 3);
  for (const makeLogic of [workflowLogic, traced().workflowLogic]) {
    calls = 0;
    const actor = createActor(makeLogic(flow, options), { input: undefined }).start();
    await new Promise<void>((resolve) => actor.subscribe({ complete: resolve }));
    t.is(calls, 3);
  }
});
