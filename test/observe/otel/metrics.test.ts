import test from 'ava';
import { workflow } from 'tintype';
import { traced } from 'tintype/otel';
import { SteppedClock, settle, withTime } from '../../helpers/simulated-time.ts';
import { telemetry } from '../../helpers/telemetry.ts';

const FLOW = { 'tintype.workflow.name': 'flow' };
const of = (task: string, more = {}) => ({ ...FLOW, 'tintype.task.name': task, ...more });
const COMPLETED = { 'tintype.attempt.outcome': 'completed' };
const CANCELLED = { 'tintype.attempt.outcome': 'cancelled' };

/** A task that takes so many milliseconds on a clock. */
const sleep = (clock: SteppedClock, milliseconds: number) =>
  new Promise<undefined>((resolve) => {
    clock.setTimeout(() => resolve(undefined), milliseconds);
  });

test('attempts, retries, timeouts, waits and jobs are measured on the clock of the job', async (t) => {
  const { providers, measured } = telemetry();
  const clock = new SteppedClock();
  const flow = workflow('flow')
    .task({ name: 'long', run: () => sleep(clock, 2000) })
    .task({
      name: 'flaky',
      backoff: 700,
      retryIf: true,
      timeout: 300,
      run: async (_, { attempt }) => {
        await sleep(clock, attempt === 2 ? 400 : 100);
        if (attempt === 1) {
          throw new RangeError('no');
        }
      },
    });
  // `flaky` waits for `long`, for 2 s.
  await withTime(clock, traced(providers).run(flow, { clock, maxConcurrency: 1 }));
  const exception = { 'tintype.attempt.outcome': 'exception', 'error.type': 'RangeError' };
  const timedOut = { 'tintype.attempt.outcome': 'timedOut', 'error.type': 'TASK_TIMED_OUT' };
  const job = { ...FLOW, 'tintype.job.state': 'completed' };
  t.deepEqual(await measured(), [
    { name: 'tintype.jobs', unit: '{job}', attributes: job, value: 1 },
    { name: 'tintype.job.duration', unit: 's', attributes: job, value: [1, 3.9] },
    { name: 'tintype.attempts', unit: '{attempt}', attributes: of('long', COMPLETED), value: 1 },
    { name: 'tintype.attempts', unit: '{attempt}', attributes: of('flaky', exception), value: 1 },
    { name: 'tintype.attempts', unit: '{attempt}', attributes: of('flaky', timedOut), value: 1 },
    { name: 'tintype.attempts', unit: '{attempt}', attributes: of('flaky', COMPLETED), value: 1 },
    { name: 'tintype.attempt.duration', unit: 's', attributes: of('long', COMPLETED), value: [1, 2] },
    { name: 'tintype.attempt.duration', unit: 's', attributes: of('flaky', exception), value: [1, 0.1] },
    { name: 'tintype.attempt.duration', unit: 's', attributes: of('flaky', timedOut), value: [1, 0.3] },
    { name: 'tintype.attempt.duration', unit: 's', attributes: of('flaky', COMPLETED), value: [1, 0.1] },
    { name: 'tintype.retries', unit: '{retry}', attributes: of('flaky'), value: 2 },
    { name: 'tintype.timeouts', unit: '{timeout}', attributes: of('flaky'), value: 1 },
    { name: 'tintype.queue.duration', unit: 's', attributes: of('long'), value: [1, 0] },
    { name: 'tintype.queue.duration', unit: 's', attributes: of('flaky'), value: [3, 2] },
  ]);
});

test('tasks that are skipped and conditions that fail are counted, and are no attempts', async (t) => {
  const { providers, measured } = telemetry();
  const flow = workflow('flow')
    .task({ name: 'a', run: () => {} })
    .task({ name: 'b', dependencies: ['a'], when: () => false, run: () => {} })
    .task({ name: 'c', dependencies: ['b'], run: () => {} })
    .task({ name: 'd', when: () => 'yes' as never, run: () => {} })
    .task({ name: 'e', dependencies: ['d'], run: () => {} });
  await traced(providers).run(flow, { onFailure: 'keepGoing' });
  await traced(providers).run(flow);
  const of = (task: string, more: object) => ({ ...FLOW, 'tintype.task.name': task, ...more });
  const named = (...names: string[]) => measured().then((all) => all.filter(({ name }) => names.includes(name)));
  t.deepEqual(await named('tintype.skips', 'tintype.condition.failures'), [
    { name: 'tintype.skips', unit: '{skip}', attributes: of('e', { 'tintype.reason': 'dependency' }), value: 1 },
    { name: 'tintype.skips', unit: '{skip}', attributes: of('b', { 'tintype.reason': 'condition' }), value: 1 },
    { name: 'tintype.skips', unit: '{skip}', attributes: of('c', { 'tintype.reason': 'dependency' }), value: 1 },
    {
      name: 'tintype.condition.failures',
      unit: '{condition}',
      attributes: of('d', { 'error.type': 'INVALID_CONDITION' }),
      value: 2,
    },
  ]);
  t.deepEqual(
    (await named('tintype.attempts')).map(({ attributes }) => attributes),
    [of('a', COMPLETED), of('a', CANCELLED)],
  );
});

test('jobs are counted together, by how they ended', async (t) => {
  const { providers, measured } = telemetry();
  const { run } = traced(providers);
  const clock = new SteppedClock();
  const flow = workflow<{ end: string }>('flow').task({
    name: 'a',
    maxRetries: 0,
    run: async ({ end }): Promise<undefined> => {
      if (end === 'failed') {
        throw new TypeError('no');
      }
      if (end !== 'completed') {
        await sleep(clock, 60_000);
      }
    },
  });
  await run(flow, { context: { end: 'completed' } });
  await run(flow, { context: { end: 'completed' } });
  await run(flow, { context: { end: 'failed' } });
  await withTime(clock, run(flow, { context: { end: 'timedOut' }, clock, timeout: 20_000 }));
  const cancelled = run(flow, { context: { end: 'cancelled' }, clock });
  await settle();
  clock.increment(500);
  cancelled.cancel();
  await cancelled;
  const early = run(flow, { context: { end: 'completed' } });
  early.cancel();
  await early;
  const all = await measured();
  const valuesOf = (metric: string) =>
    all.filter(({ name }) => name === metric).map(({ attributes, value }) => [attributes, value]);
  const state = (name: string, more = {}) => ({ ...FLOW, 'tintype.job.state': name, ...more });
  t.deepEqual(valuesOf('tintype.jobs'), [
    [state('completed'), 2],
    [state('failed', { 'error.type': 'TypeError' }), 1],
    [state('timedOut', { 'error.type': 'JOB_TIMED_OUT' }), 1],
    [state('cancelled'), 2],
  ]);
  t.deepEqual(valuesOf('tintype.job.duration').slice(2), [
    [state('timedOut', { 'error.type': 'JOB_TIMED_OUT' }), [1, 20]],
    [state('cancelled'), [2, 0.5]],
  ]);
  t.deepEqual(valuesOf('tintype.attempts').at(-1), [of('a', CANCELLED), 2]);
  t.deepEqual(valuesOf('tintype.attempt.duration').at(-1), [of('a', CANCELLED), [2, 20.5]]);
});

test('a job of an array of tasks is measured without the name of a workflow', async (t) => {
  const { providers, measured } = telemetry();
  await traced(providers).run([{ name: 'a', run: () => {} }]);
  t.deepEqual(
    new Set((await measured()).flatMap(({ attributes }) => Object.keys(attributes))),
    new Set(['tintype.job.state', 'tintype.task.name', 'tintype.attempt.outcome']),
  );
});

test('a clock that is set back makes no negative durations', async (t) => {
  const { providers, measured } = telemetry();
  let now = 1000;
  const clock = { setTimeout, clearTimeout, now: () => now };
  const back = () => {
    now = 0;
  };
  await traced(providers).run([{ name: 'a', run: back }], { clock });
  t.deepEqual(
    (await measured()).filter(({ unit }) => unit === 's').map(({ value }) => value),
    [
      [1, 0],
      [1, 0],
      [1, 0],
    ],
  );
});
