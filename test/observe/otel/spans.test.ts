import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import test from 'ava';
import { workflow } from 'tintype';
import { traced } from 'tintype/otel';
import manifest from '../../../package.json' with { type: 'json' };
import { deferred } from '../../helpers/deferred.ts';
import { SteppedClock, settle, withTime } from '../../helpers/simulated-time.ts';
import { telemetry } from '../../helpers/telemetry.ts';

const forever = () => new Promise<undefined>(() => {});
const fail = (error: unknown) => () => Promise.reject(error);

const id = (span: ReadableSpan): string => span.spanContext().spanId;
const linksOf = (span: ReadableSpan) => span.links.map(({ context, attributes }) => [context.spanId, attributes]);
const DEPENDENCY = { 'tintype.link.kind': 'dependency' };
const PREVIOUS = { 'tintype.link.kind': 'previousAttempt' };

test('a job has a span, and each attempt a child span with the name of its task', async (t) => {
  const { providers, tree, span, open } = telemetry();
  const flow = workflow('flow')
    .task({ name: 'a', run: () => ({ a: 1 }) })
    .task({ name: 'b', dependencies: ['a'], run: ({ a }) => ({ b: a + 1 }) });
  const job = traced(providers).run(flow, { id: 'flow-1' });
  t.like(await job, { state: 'completed', context: { a: 1, b: 2 } });
  t.deepEqual(tree(), ['job flow, completed', '  task a 1, completed', '  task b 1, completed']);
  t.deepEqual(span('job flow').attributes, {
    'tintype.job.id': 'flow-1',
    'tintype.workflow.name': 'flow',
    'tintype.job.state': 'completed',
  });
  t.deepEqual(span('task b').attributes, {
    'tintype.job.id': 'flow-1',
    'tintype.workflow.name': 'flow',
    'tintype.task.name': 'b',
    'tintype.attempt.number': 1,
    'tintype.attempt.outcome': 'completed',
    'tintype.task.state': 'completed',
  });
  t.is(span('task b').status.code, SpanStatusCode.UNSET);
  t.is(open(), 0);
});

test('the spans are made by tintype, in the version of the package', async (t) => {
  const { providers, spans } = telemetry();
  await traced(providers).run([]);
  t.like(spans()[0]?.instrumentationScope, { name: manifest.name, version: manifest.version });
});

test('a job of an array of tasks has no name of a workflow', async (t) => {
  const { providers, tree, span } = telemetry();
  await traced(providers).run([{ name: 'a', run: () => {} }]);
  t.deepEqual(tree(), ['job, completed', '  task a 1, completed']);
  t.false('tintype.workflow.name' in span('task a').attributes);
});

test('each attempt that is repeated has its own span, with its exception and the delay in seconds', async (t) => {
  const { providers, tree, span, open } = telemetry();
  const clock = new SteppedClock();
  const job = traced(providers).run(
    [
      {
        name: 'flaky',
        backoff: (attempt) => (attempt - 1) * 1500,
        run: (_, { attempt }) => (attempt < 3 ? Promise.reject(new RangeError(`no ${attempt}`)) : undefined),
      },
    ],
    { clock, retryIf: true },
  );
  await withTime(clock, job);
  t.deepEqual(tree(), [
    'job, completed',
    '  task flaky 1, exception: RangeError: no 1',
    '  task flaky 2, exception: RangeError: no 2',
    '  task flaky 3, completed',
  ]);
  t.like(span('task flaky', 1).attributes, {
    'tintype.task.state': 'ready',
    'tintype.reason': 'exception',
    'error.type': 'RangeError',
  });
  t.like(span('task flaky', 2).attributes, { 'tintype.task.state': 'backingOff', 'tintype.retry.delay': 1.5 });
  const [event] = span('task flaky', 2).events;
  t.like(event, {
    name: 'exception',
    attributes: { 'exception.type': 'RangeError', 'exception.message': 'no 2' },
  });
  t.regex(String(event?.attributes?.['exception.stacktrace']), /^RangeError: no 2\n {4}at /);
  t.is(span('job').events.length, 0);
  t.is(span('job').status.code, SpanStatusCode.UNSET);
  t.is(open(), 0);
});

test('an attempt links to the last attempts of the dependencies of its task, and to the one that it repeats', async (t) => {
  const { providers, span } = telemetry();
  const flow = workflow('flow')
    .task({ name: 'one', run: (_, { attempt }) => (attempt === 1 ? Promise.reject('no') : Promise.resolve({ one: 1 })) })
    .task({ name: 'two', run: () => ({ two: 2 }) })
    .task({ name: 'between', dependencies: ['one'], run: () => {} })
    .task({
      name: 'last',
      dependencies: ['between', 'two'],
      run: (_, { attempt }) => (attempt === 1 ? Promise.reject('no') : Promise.resolve(undefined)),
    });
  await traced(providers).run(flow, { backoff: 0 });
  t.deepEqual(linksOf(span('task one', 1)), []);
  t.deepEqual(linksOf(span('task one', 2)), [[id(span('task one', 1)), PREVIOUS]]);
  t.deepEqual(linksOf(span('task between')), [[id(span('task one', 2)), DEPENDENCY]]);
  t.deepEqual(linksOf(span('task last', 2)), [
    [id(span('task between')), DEPENDENCY],
    [id(span('task two')), DEPENDENCY],
    [id(span('task last', 1)), PREVIOUS],
  ]);
});

test('the span of a failed job names the task and the error; tasks without an attempt have no span', async (t) => {
  const { providers, tree, span, open } = telemetry();
  const error = Object.assign(new Error('no such file'), { code: 'ENOENT' });
  const flow = workflow('flow')
    .task({ name: 'other', run: forever })
    .task({ name: 'read', maxRetries: 0, run: fail(error) })
    .task({ name: 'sum', dependencies: ['read'], run: () => {} });
  t.is((await traced(providers).run(flow)).tasks.get('sum')?.state, 'skipped');
  t.deepEqual(tree(), [
    'job flow, failed: Task `read` failed: Error: no such file',
    '  task read 1, exception: Error: no such file',
    '  task other 1, cancelled',
  ]);
  t.like(span('job flow').attributes, {
    'tintype.job.failed_task': 'read',
    'tintype.reason': 'exception',
    'error.type': 'ENOENT',
  });
  t.like(span('task read').attributes, { 'tintype.task.state': 'failed', 'error.type': 'ENOENT' });
  t.is(span('task read').events[0]?.attributes?.['exception.type'], 'ENOENT');
  t.is(open(), 0);
});

test('a task that a condition skips is an event of the job, and a condition that fails has a span', async (t) => {
  const { providers, tree, span, open } = telemetry();
  const flow = workflow('flow')
    .task({ name: 'a', run: () => ({ route: 'auto' }) })
    .task({ name: 'b', dependencies: ['a'], when: { a: { route: 'manual' } }, run: () => {} })
    .task({ name: 'c', dependencies: ['b'], run: () => {} })
    .task({
      name: 'd',
      dependencies: ['a'],
      continueOnFailure: true,
      when: () => {
        throw new RangeError('no');
      },
      run: () => {},
    })
    .task({ name: 'e', dependencies: [{ settled: 'd' }, { anyOf: ['a', 'c'] }], run: () => {} });
  t.is((await traced(providers).run(flow)).state, 'completed');
  t.deepEqual(tree(), ['job flow, completed', '  task a 1, completed', '  task d: RangeError: no', '  task e 1, completed']);
  t.deepEqual(
    span('job flow').events.map(({ name, attributes }) => [name, attributes]),
    [
      ['task.skipped', { 'tintype.task.name': 'b', 'tintype.reason': 'condition' }],
      ['task.skipped', { 'tintype.task.name': 'c', 'tintype.reason': 'dependency', 'tintype.skip.origin': 'b' }],
    ],
  );
  const { 'tintype.job.id': _, ...attributes } = span('task d').attributes;
  t.deepEqual(attributes, {
    'tintype.workflow.name': 'flow',
    'tintype.task.name': 'd',
    'tintype.task.state': 'failed',
    'tintype.reason': 'exception',
    'error.type': 'RangeError',
  });
  t.is(span('task d').events[0]?.attributes?.['exception.message'], 'no');
  t.deepEqual(linksOf(span('task e')), [
    [id(span('task d')), DEPENDENCY],
    [id(span('task a')), DEPENDENCY],
  ]);
  t.is(open(), 0);
});

test('tasks that are skipped because their job ended are no events', async (t) => {
  const { providers, span } = telemetry();
  const flow = workflow('flow')
    .task({ name: 'a', maxRetries: 0, run: fail('no') })
    .task({ name: 'b', dependencies: ['a'], run: () => {} });
  await traced(providers).run(flow);
  t.deepEqual(span('job flow').events, []);
});

test('a task that returns an invalid result has failed', async (t) => {
  const { providers, span } = telemetry();
  await traced(providers).run([{ name: 'five', run: () => 5, continueOnFailure: true }]);
  t.like(span('task five').attributes, {
    'tintype.attempt.outcome': 'invalidResult',
    'tintype.reason': 'invalidResult',
    'error.type': 'INVALID_RESULT',
  });
  t.is(span('job').status.code, SpanStatusCode.UNSET);
});

test('an attempt that times out ends then, although its function goes on', async (t) => {
  const { providers, tree, span, open } = telemetry();
  const clock = new SteppedClock();
  const late = deferred();
  const flow = workflow('flow').task({
    name: 'slow',
    timeout: 50,
    run: (_, { attempt }) => (attempt === 1 ? late.promise : undefined),
  });
  const job = traced(providers).run(flow, { clock, backoff: 0 });
  await settle();
  t.is(open(), 2);
  await withTime(clock, job);
  t.deepEqual(tree(), [
    'job flow, completed',
    '  task slow 1, timedOut: TaskTimedOutError: Task `slow` timed out: attempt 1 took longer than 50 ms',
    '  task slow 2, completed',
  ]);
  t.is(span('task slow', 1).attributes['error.type'], 'TASK_TIMED_OUT');
  t.is(open(), 0);
  late.resolve({});
  await job.drained;
  t.is(span('task slow', 1).attributes['tintype.attempt.outcome'], 'timedOut');
});

test('a job that is cancelled is no error, nor are its attempts', async (t) => {
  const { providers, tree, span, spans, open } = telemetry();
  const flow = workflow('flow')
    .task({ name: 'a', run: forever })
    .task({ name: 'b', dependencies: ['a'], run: () => {} });
  const job = traced(providers).run(flow);
  await settle();
  job.cancel('enough');
  t.is(open(), 0);
  await job;
  t.deepEqual(tree(), ['job flow, cancelled', '  task a 1, cancelled']);
  t.is(span('job flow').attributes['tintype.reason'], 'enough');
  t.like(span('task a').attributes, { 'tintype.reason': 'jobCancelled', 'tintype.task.state': 'cancelled' });
  t.deepEqual(
    spans().map(({ status, attributes }) => [status.code, attributes['error.type']]),
    [
      [SpanStatusCode.UNSET, undefined],
      [SpanStatusCode.UNSET, undefined],
    ],
  );
});

test('a job that is cancelled before its start has a span', async (t) => {
  const { providers, tree, span, open } = telemetry();
  const job = traced(providers).run([{ name: 'a', run: () => {} }]);
  job.cancel(new Error('never mind'));
  await job;
  t.deepEqual(tree(), ['job, cancelled']);
  t.is(span('job').attributes['tintype.reason'], 'Error: never mind');
  t.is(open(), 0);
});

test('a job that times out is an error, and its attempts are cancelled', async (t) => {
  const { providers, tree, span, open } = telemetry();
  const clock = new SteppedClock();
  await withTime(clock, traced(providers).run([{ name: 'a', run: forever }], { clock, timeout: 300 }));
  t.deepEqual(tree(), ['job, timedOut: Job timed out: it took longer than 300 ms', '  task a 1, cancelled']);
  t.is(span('job').attributes['error.type'], 'JOB_TIMED_OUT');
  t.is(span('task a').attributes['tintype.reason'], 'jobTimedOut');
  t.is(open(), 0);
});

test('a task that waits to be repeated when its job ends gets no further span', async (t) => {
  const { providers, tree } = telemetry();
  const job = traced(providers).run([{ name: 'a', run: fail('no'), backoff: 1000 }], { clock: new SteppedClock() });
  await settle();
  job.cancel();
  await job;
  t.deepEqual(tree(), ['job, cancelled', '  task a 1, exception: the string "no"']);
});

test('anything thrown is recorded', async (t) => {
  const hostile = new Proxy(new Error(), {
    get() {
      throw new Error('hands off');
    },
  });
  for (const [thrown, type, message] of [
    ['no', '_OTHER', 'the string "no"'],
    [undefined, '_OTHER', 'undefined'],
    [{ code: 7, name: 'Odd', message: 'seven' }, 'Odd', 'seven'],
    [new DOMException('too late', 'TimeoutError'), 'TimeoutError', 'too late'],
    [hostile, '_OTHER', "an object that can't be inspected"],
  ] as const) {
    const { providers, span, open } = telemetry();
    await traced(providers).run([{ name: 'a', run: fail(thrown), maxRetries: 0 }]);
    t.is(span('task a').attributes['error.type'], type);
    t.like(span('task a').events[0]?.attributes, { 'exception.type': type, 'exception.message': message });
    t.is(open(), 0);
  }
});

test('all spans of a thousand tasks end', async (t) => {
  const { providers, spans, open } = telemetry();
  const tasks = Array.from({ length: 1000 }, (_, index) => ({
    name: `${index}`,
    dependencies: index < 10 ? [] : [`${index - 10}`],
    run: (_context: unknown, { attempt }: { attempt: number }) =>
      index % 50 === 0 && attempt === 1 ? Promise.reject('no') : undefined,
  }));
  t.is((await traced(providers).run(tasks, { maxConcurrency: 7, backoff: 0 })).state, 'completed');
  t.is(spans().length, 1 + 1000 + 20);
  t.is(open(), 0);
});

test('the spans of two jobs at a time are kept apart', async (t) => {
  const { providers, tree } = telemetry();
  const { run } = traced(providers);
  const gates = [deferred(), deferred()];
  const flow = workflow<{ gate: number }>('flow')
    .task({ name: 'wait', run: ({ gate }) => gates[gate]?.promise })
    .task({ name: 'then', dependencies: ['wait'], run: () => {} });
  const jobs = [run(flow, { context: { gate: 0 } }), run(flow, { context: { gate: 1 } })] as const;
  await settle();
  gates[1]?.resolve({});
  await jobs[1];
  jobs[0].cancel();
  await jobs[0];
  t.deepEqual(tree(), [
    'job flow, cancelled',
    '  task wait 1, cancelled',
    'job flow, completed',
    '  task wait 1, completed',
    '  task then 1, completed',
  ]);
});
