import test from 'ava';
import { type AttemptRequest, type Executor, InvalidResultError, run, workflow } from 'tintype';
import { soon, watchForHarm } from '../helpers/bad-input-harm.ts';
import { nothing, raise, revoked, thenable, throwing } from '../helpers/bad-input-values.ts';
import { deferred } from '../helpers/deferred.ts';
import { settle } from '../helpers/simulated-time.ts';

watchForHarm(test);

const boom = new Error('boom');
const TASKS = [{ name: 'a', run: () => ({ a: 1 }) }];

for (const [title, executor] of [
  ['throws', () => raise(boom)],
  ['rejects', () => Promise.reject(boom)],
  ['gives a thenable that throws', () => thenable(() => raise(boom))],
  ['gives a thenable that rejects', () => thenable((_, reject) => reject(boom))],
  ['gives an object whose `then` throws', () => throwing('then', boom)],
  ['runs the task and then throws', ({ run: call }: AttemptRequest) => [call(), raise(boom)]],
] as const) {
  test(`an executor that ${title} has made a failed attempt, which is repeated`, async (t) => {
    const result = await run(TASKS, { executor, maxRetries: 1, backoff: 0 });
    t.deepEqual(result.state === 'failed' && result.failure, { task: 'a', reason: 'exception', error: boom, attempts: 2 });
  });
}

for (const [title, executor, description] of [
  ['a number', () => 5, '5'],
  ['null', () => null, 'null'],
  ['a string', async () => '{}', 'the string "{}"'],
  ['an array', () => [], 'an array'],
] as const) {
  test(`an executor that gives ${title} has given an invalid result`, async (t) => {
    const result = await run(TASKS, { executor });
    const error = result.state === 'failed' ? result.failure.error : undefined;
    t.true(error instanceof InvalidResultError);
    t.like(error, { message: `Task \`a\` must return a plain object or nothing, but returned ${description}` });
  });
}

for (const [title, executor, context] of [
  ['nothing', nothing, {}],
  ['something else than the task', () => ({ b: 2 }), { b: 2 }],
  ['what the task gives at its second call', ({ run: call }: AttemptRequest) => [call(), call()][1], { a: 1 }],
  ['a thenable', () => thenable((resolve) => resolve({ b: 2 })), { b: 2 }],
] as const) {
  test(`an executor can give ${title}`, async (t) => {
    t.deepEqual((await run(TASKS, { executor })).context, context);
  });
}

test('an executor that changes its request changes nothing', async (t) => {
  const executor = (request: AttemptRequest) => {
    const { run: call } = request;
    Object.assign(request, { task: 'b', attempt: 9, job: 'other', run: null });
    return call();
  };
  const result = await run(TASKS, { executor });
  t.deepEqual(
    [...result.tasks.values()].map(({ task, attempts }) => [task, attempts]),
    [['a', 1]],
  );
});

test('an executor does not get hold of the settings of the job', async (t) => {
  const selves: unknown[] = [];
  await run(TASKS, {
    executor(this: unknown) {
      selves.push(this);
      return {};
    },
  });
  t.deepEqual(selves, [undefined]);
});

const failing = (selves: unknown[]) => ({
  name: 'a',
  maxRetries: 1,
  run(this: unknown) {
    selves.push(this);
    return raise(boom);
  },
  retryIf(this: unknown) {
    selves.push(this);
    return true;
  },
  backoff(this: unknown) {
    selves.push(this);
    return 0;
  },
});

for (const [title, start] of [
  ['an array', (task: ReturnType<typeof failing>) => run([task])],
  ['a workflow', (task: ReturnType<typeof failing>) => run(workflow('flow').task(task))],
] as const) {
  test(`the functions of a task of ${title} are called with the definition itself as their \`this\``, async (t) => {
    const selves: unknown[] = [];
    const task = failing(selves);
    t.is((await start(task)).state, 'failed');
    t.is(selves.length, 4);
    t.true(selves.every((self) => self === task));
  });
}

test('an executor that keeps attempts waiting calls none whose job was cancelled meanwhile', async (t) => {
  const calls: string[] = [];
  const refusals: unknown[] = [];
  const first = deferred();
  const tasks = ['a', 'b'].map((name) => ({
    name,
    run: () => {
      calls.push(name);
      return first.promise;
    },
  }));
  let last: Promise<unknown> = Promise.resolve();
  const oneByOne: Executor = ({ run: call }) => {
    last = last.then(call);
    last.catch((error) => refusals.push(error));
    return last;
  };
  const job = run(tasks, { executor: oneByOne });
  await settle();
  job.cancel();
  first.resolve({});
  await job.drained;
  t.deepEqual(calls, ['a']);
  t.deepEqual(
    refusals.map((error) => (error as Error).message),
    ["Attempt 1 of task `b` has ended and can't run again"],
  );
});

test('a job is drained when its functions have returned, also if the executor does not wait for them', async (t) => {
  const { promise, resolve } = deferred();
  const executor: Executor = ({ run: call }) => {
    void call();
    return {};
  };
  const job = run([{ name: 'a', run: () => promise }], { executor });
  t.is((await job).state, 'completed');
  t.is(await soon(job.drained), 'pending');
  resolve({});
  t.is(await soon(job.drained), undefined);
});

test('an inspector that is added to the system of a job and throws is told to `onListenerError` and does not harm the job', async (t) => {
  const errors: unknown[] = [];
  const job = run(TASKS, { onListenerError: (error) => errors.push(error) });
  job.actor.system.inspect(() => raise(boom));
  t.is((await job).state, 'completed');
  t.true(errors.length > 0);
  t.true(errors.every((error) => error === boom));
});

for (const [title, inspect] of [
  ['throws', () => raise(boom)],
  ['rejects', () => Promise.reject(boom)],
  ['is an observer that throws', { next: () => raise(boom) }],
  ['gives a revoked proxy', () => revoked()],
] as const) {
  test(`an \`inspect\` that ${title} is told to \`onListenerError\` and does not harm the job`, async (t) => {
    const errors: unknown[] = [];
    const result = await run(TASKS, { inspect: inspect as () => void, onListenerError: (error) => errors.push(error) });
    await settle();
    t.is(result.state, 'completed');
    t.true(errors.length > 0);
    t.true(errors.every((error) => error === boom || error instanceof TypeError));
  });
}

test('an inspector can lose its `next` while the job runs', async (t) => {
  const observer: { next: unknown } = {
    next: () => {
      observer.next = undefined;
    },
  };
  t.is((await run(TASKS, { inspect: observer as never })).state, 'completed');
});

test('an `inspect` can cancel the job', async (t) => {
  const calls: string[] = [];
  const job = run([{ name: 'a', run: () => void calls.push('a') }], {
    inspect: ({ type }) => {
      if (type === '@xstate.event') {
        job.cancel('seen');
      }
    },
  });
  const result = await job;
  t.true(result.state === 'cancelled' && result.reason === 'seen');
});
