import { context } from '@opentelemetry/api';
import test from 'ava';
import { type Executor, workflow } from 'tintype';
import { traced } from 'tintype/otel';
import { deferred } from '../../helpers/deferred.ts';
import { MemoryStore } from '../../helpers/memory-store.ts';
import { SteppedClock, withTime } from '../../helpers/simulated-time.ts';
import { telemetry } from '../../helpers/telemetry.ts';

const FLOW = { 'tintype.workflow.name': 'order' };
const UNDO = { 'tintype.attempt.kind': 'undo' };
const FINALLY = { 'tintype.attempt.kind': 'finally' };

/** Takes so many milliseconds on a clock. */
const sleep = (clock: SteppedClock, milliseconds: number) =>
  new Promise<undefined>((resolve) => {
    clock.setTimeout(() => resolve(undefined), milliseconds);
  });

/** An order that fails, whose charge is undone at the second attempt, whose reservation isn't, and that is reported. */
const orderOn = (clock: SteppedClock, undoReserve: () => void) =>
  workflow('order')
    .task({ name: 'reserve', run: () => {}, undo: { run: undoReserve, maxRetries: 0 } })
    .task({
      name: 'charge',
      dependencies: ['reserve'],
      run: () => sleep(clock, 100),
      undo: {
        run: async (_, { attempt }) => {
          await sleep(clock, 300);
          if (attempt === 1) {
            throw new RangeError('bank closed');
          }
        },
        retryIf: true,
        backoff: 2000,
      },
    })
    .task({
      name: 'ship',
      dependencies: ['charge'],
      maxRetries: 0,
      run: () => {
        throw new Error('strike');
      },
    })
    .task({ name: 'report', finally: true, run: () => sleep(clock, 50) });

const lost = () => {
  throw new Error('lost');
};

test('spans distinguish attempts to undo a task and attempts of finally tasks', async (t) => {
  const { providers, tree, span, open } = telemetry();
  const clock = new SteppedClock();
  const seen: string[] = [];
  const executor: Executor = ({ run, task, attempt }) => {
    seen.push(`${task} ${attempt}`);
    return run();
  };
  await withTime(clock, traced(providers).run(orderOn(clock, lost), { clock, executor }));
  t.deepEqual(tree(), [
    'job order, failed: Task `ship` failed: Error: strike',
    '  task reserve 1, completed',
    '  task charge 1, completed',
    '  task ship 1, exception: Error: strike',
    '  undo charge 1, exception: RangeError: bank closed',
    '  undo charge 2, completed',
    '  undo reserve 1, exception: Error: lost',
    '  task report 1, completed',
  ]);
  t.deepEqual(seen, ['reserve 1', 'charge 1', 'ship 1', 'charge 1', 'charge 2', 'reserve 1', 'report 1']);
  const first = span('undo charge', 1);
  t.like(first.attributes, {
    ...UNDO,
    'tintype.task.name': 'charge',
    'tintype.task.state': 'undoing',
    'tintype.reason': 'exception',
    'tintype.retry.delay': 2,
    'error.type': 'RangeError',
  });
  t.like(span('undo charge', 2).attributes, { ...UNDO, 'tintype.task.state': 'undone' });
  t.like(span('undo reserve').attributes, { ...UNDO, 'tintype.task.state': 'undoFailed', 'tintype.reason': 'exception' });
  t.like(span('task report').attributes, FINALLY);
  t.false('tintype.attempt.kind' in span('task charge').attributes);
  t.deepEqual(
    span('undo charge', 2).links.map((link) => [link.context.spanId, link.attributes]),
    [
      [span('task charge').spanContext().spanId, { 'tintype.link.kind': 'undone' }],
      [first.spanContext().spanId, { 'tintype.link.kind': 'previousAttempt' }],
    ],
  );
  const job = span('job order');
  t.is(job.attributes['tintype.job.undo'], 'incomplete');
  t.deepEqual(
    job.events.map(({ name, attributes }) => [name, attributes]),
    [
      ['job.undoing', { 'tintype.job.ending': 'failed' }],
      ['job.finishing', { 'tintype.job.ending': 'failed' }],
    ],
  );
  t.is(open(), 0);
});

test('an undo runs in the context of its span', async (t) => {
  const { providers, tree } = telemetry();
  const tracer = providers.tracerProvider.getTracer('test');
  const order = workflow('order')
    .task({ name: 'reserve', run: () => {}, undo: () => tracer.startSpan('release', {}, context.active()).end() })
    .task({ name: 'ship', dependencies: ['reserve'], maxRetries: 0, run: lost });
  await traced(providers).run(order);
  t.deepEqual(tree().slice(-2), ['  undo reserve 1, completed', '    release']);
});

test('undos are measured apart from attempts, and a job takes as long as all of it', async (t) => {
  const { providers, measured } = telemetry();
  const clock = new SteppedClock();
  await withTime(clock, traced(providers).run(orderOn(clock, lost), { clock }));
  const failed = { 'tintype.job.state': 'failed', 'tintype.job.undo': 'incomplete', 'error.type': 'Error' };
  const all = await measured();
  const of = (task: string, more: object) => ({ ...FLOW, 'tintype.task.name': task, ...more });
  const valuesOf = (metric: string) =>
    all.filter(({ name }) => name === metric).map(({ attributes, value }) => [attributes, value]);
  t.deepEqual(valuesOf('tintype.jobs'), [[{ ...FLOW, ...failed }, 1]]);
  t.deepEqual(valuesOf('tintype.job.duration'), [[{ ...FLOW, ...failed }, [1, 2.75]]]);
  t.deepEqual(
    valuesOf('tintype.attempts').map(([attributes]) => attributes),
    [
      of('reserve', { 'tintype.attempt.outcome': 'completed' }),
      of('charge', { 'tintype.attempt.outcome': 'completed' }),
      of('ship', { 'tintype.attempt.outcome': 'exception', 'error.type': 'Error' }),
      of('report', { 'tintype.attempt.outcome': 'completed', ...FINALLY }),
    ],
  );
  t.deepEqual(valuesOf('tintype.retries'), []);
  const exception = { 'tintype.attempt.outcome': 'exception', 'error.type': 'RangeError' };
  t.deepEqual(valuesOf('tintype.undo.attempts'), [
    [of('charge', exception), 1],
    [of('charge', { 'tintype.attempt.outcome': 'completed' }), 1],
    [of('reserve', { 'tintype.attempt.outcome': 'exception', 'error.type': 'Error' }), 1],
  ]);
  t.deepEqual(valuesOf('tintype.undo.attempt.duration')[1], [
    of('charge', { 'tintype.attempt.outcome': 'completed' }),
    [1, 0.3],
  ]);
  t.deepEqual(valuesOf('tintype.undos'), [
    [of('charge', { 'tintype.task.state': 'undone' }), 1],
    [of('reserve', { 'tintype.task.state': 'undoFailed' }), 1],
  ]);
  t.is(all.filter(({ name }) => name === 'tintype.queue.duration').length, 4, 'the wait of an undo is none of an attempt');
});

test('a job that leaves while it undoes ends its spans, and the next process has those of what it does', async (t) => {
  const store = new MemoryStore();
  const started = deferred();
  let isFirst = true;
  const order = workflow('order')
    .task({ name: 'reserve', run: () => {}, undo: () => {} })
    .task({
      name: 'charge',
      dependencies: ['reserve'],
      run: () => {},
      undo: () => {
        started.resolve({});
        return isFirst ? new Promise<undefined>(() => {}) : undefined;
      },
    })
    .task({ name: 'ship', dependencies: ['charge'], maxRetries: 0, run: lost });
  const before = telemetry();
  const job = traced(before.providers).run(order, { id: 'one', store });
  await started.promise;
  job.suspend();
  t.is((await job).state, 'detached');
  t.is(before.open(), 0);
  t.is(before.span('undo charge').attributes['tintype.attempt.outcome'], 'cancelled');
  t.false('tintype.job.undo' in before.span('job order').attributes);
  isFirst = false;
  const { providers, tree, open, span, measured } = telemetry();
  await traced(providers).resume(order, 'one', { store });
  t.deepEqual(tree(), [
    'job order, failed: Task `ship` failed: Error: lost',
    '  undo charge 1, completed',
    '  undo reserve 1, completed',
  ]);
  t.is(span('job order').attributes['tintype.job.undo'], 'done');
  t.deepEqual(span('job order').events, [], 'that it began to undo was an event in the first process');
  t.is(open(), 0);
  t.deepEqual(
    (await measured()).filter(({ name }) => name === 'tintype.undos').map(({ value }) => value),
    [1, 1],
  );
});
