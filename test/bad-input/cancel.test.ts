import test from 'ava';
import { type Job, JobCancelledError, type JobEvent, type RunOptions, run, type TaskExecution } from 'tintype';
import { watchForHarm } from '../helpers/bad-input-harm.ts';
import { forever, nothing, raise, revoked, throwing, trapped } from '../helpers/bad-input-values.ts';
import { SteppedClock, settle, withTime } from '../helpers/simulated-time.ts';

watchForHarm(test);

const boom = new Error('boom');
const long = new Error('x'.repeat(10_000));

function track(run_: (context: object, execution: TaskExecution) => unknown = nothing, options: RunOptions = {}) {
  const calls: number[] = [];
  const types: string[] = [];
  const task = {
    name: 'a',
    run: (context: object, execution: TaskExecution) => {
      calls.push(execution.attempt);
      return run_(context, execution);
    },
  };
  const onEvent = ({ type }: JobEvent) => types.push(type);
  return { calls, types, job: run([task], { onEvent, ...options }) };
}

const REASONS: readonly (readonly [title: string, reason: unknown, message: string])[] = [
  ['nothing', undefined, 'Job was cancelled'],
  ['null', null, 'Job was cancelled: null'],
  ['a string', 'enough', 'Job was cancelled: enough'],
  ['a symbol', Symbol('enough'), 'Job was cancelled: Symbol(enough)'],
  ['an error', boom, 'Job was cancelled: Error: boom'],
  ['a long text', 'x'.repeat(10_000), `Job was cancelled: ${'x'.repeat(10_000)}`],
  ['an error with a long message', long, `Job was cancelled: Error: ${'x'.repeat(993)}…`],
  ['an object that can not be read', throwing('message'), 'Job was cancelled: an object'],
  ['a revoked proxy', revoked(), "Job was cancelled: an object that can't be inspected"],
];

for (const [title, reason, message] of REASONS) {
  test(`a job can be cancelled before its start with ${title} as the reason`, async (t) => {
    const { job, calls, types } = track();
    job.cancel(reason);
    job.cancel('second');
    const result = await job;
    t.true(result.state === 'cancelled' && Object.is(result.reason, reason));
    t.deepEqual(calls, []);
    t.deepEqual(types, ['task.skipped', 'job.cancelled']);
    const error: unknown = await job.unwrap().catch((unwrapped: unknown) => unwrapped);
    if (!(error instanceof JobCancelledError)) {
      t.fail();
      return;
    }
    t.is(error.code, 'JOB_CANCELLED');
    t.is(error.name, 'JobCancelledError');
    t.true(Object.is(error.reason, reason) && Object.is(error.cause, reason));
    t.is(error.message, message);
  });
}

for (const [title, reason] of [
  ['a revoked proxy', revoked()],
  ['a proxy of which every trap throws', trapped()],
] as const) {
  test(`a running job can be cancelled with ${title} as the reason`, async (t) => {
    let signal: AbortSignal | undefined;
    const { job } = track((_, execution) => {
      signal = execution.signal;
      return forever();
    });
    await settle();
    job.cancel(reason);
    const result = await job;
    t.true(result.state === 'cancelled' && Object.is(result.reason, reason));
    t.true(signal?.aborted && signal.reason instanceof JobCancelledError);
  });
}

test('a job that has ended can not be cancelled', async (t) => {
  const { job, types } = track();
  const result = await job;
  job.cancel('late');
  await settle();
  t.is(result.state, 'completed');
  t.is(await job, result);
  t.is(types.at(-1), 'job.completed');
});

test('a task can cancel its own job', async (t) => {
  const { job, calls } = track(() => {
    job.cancel('inside');
    return { late: true };
  });
  const result = await job;
  t.true(result.state === 'cancelled' && result.reason === 'inside');
  t.deepEqual(result.context, {});
  t.deepEqual(calls, [1]);
  await job.drained;
});

test('a task that cancels its own job and throws is not repeated', async (t) => {
  const { job, calls } = track(() => {
    job.cancel('inside');
    throw boom;
  });
  t.is((await job).state, 'cancelled');
  t.deepEqual(calls, [1]);
});

// As for listeners: the cancel waits until all that follows from the failed attempt has been done.
for (const [title, answer] of [
  ['and says yes', true],
  ['and says no', false],
  ['and throws', undefined],
] as const) {
  test(`a \`retryIf\` that cancels the job ${title} is heard`, async (t) => {
    const job: Job = run([
      {
        name: 'a',
        run: () => raise(boom),
        backoff: 0,
        retryIf: () => {
          job.cancel('inside');
          return answer ?? raise(new Error('policy'));
        },
      },
    ]);
    const result = await job;
    t.is(result.state, answer === true ? 'cancelled' : 'failed');
    await job.drained;
  });
}

test('a `backoff` that cancels the job is heard, and its delay is not waited for', async (t) => {
  const clock = new SteppedClock();
  const backoff = () => {
    job.cancel('inside');
    return 1000;
  };
  const job: Job = run([{ name: 'a', run: () => raise(boom), backoff }], { clock });
  t.is((await job).state, 'cancelled');
  t.is(clock.pending, 0);
  t.is(clock.now(), 0);
});

test('an abort listener that cancels the job again changes nothing', async (t) => {
  const { job, types } = track((_, { signal }) => {
    signal.addEventListener('abort', () => job.cancel('again'));
    return forever();
  });
  await settle();
  job.cancel('first');
  const result = await job;
  t.true(result.state === 'cancelled' && result.reason === 'first');
  t.deepEqual(types.slice(-2), ['task.cancelled', 'job.cancelled']);
});

test('an abort listener of an attempt that takes too long can cancel the job', async (t) => {
  const clock = new SteppedClock();
  const job: Job = run(
    [
      {
        name: 'a',
        timeout: 10,
        maxRetries: 0,
        run: (_, { signal }) => {
          signal.addEventListener('abort', () => job.cancel('inside'));
          return forever();
        },
      },
    ],
    { clock },
  );
  const result = await withTime(clock, job);
  t.is(result.state, 'failed');
  t.is(clock.pending, 0);
});

test('stopping the actor of a job cancels it', async (t) => {
  const { job, calls } = track();
  job.actor.stop();
  job.actor.stop();
  t.is((await job).state, 'cancelled');
  t.deepEqual(calls, []);
});

test('disposing of a job twice, and of one that has ended, works', async (t) => {
  const { job } = track();
  await Promise.all([job[Symbol.asyncDispose](), job[Symbol.asyncDispose]()]);
  await job[Symbol.asyncDispose]();
  t.is((await job).state, 'cancelled');
});

for (const [title, onFulfilled, onRejected] of [
  ['nothing', undefined, undefined],
  ['null', null, null],
  ['what are no functions', 5, 'x'],
] as const) {
  test(`\`then\` with ${title} gives the result`, async (t) => {
    const result = await run([]).then(onFulfilled as never, onRejected as never);
    t.is((result as { state: string }).state, 'completed');
  });
}
