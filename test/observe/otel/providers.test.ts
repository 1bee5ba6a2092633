import { type ContextManager, context, type Meter, metrics, type Span, type Tracer, trace } from '@opentelemetry/api';
import test from 'ava';
import { InvalidWorkflowError, run, workflow } from 'tintype';
import { traced } from 'tintype/otel';
import { caught } from '../../helpers/bad-input-refusal.ts';
import { telemetry } from '../../helpers/telemetry.ts';

const broken = (what: string) => () => {
  throw new Error(`broken ${what}`);
};

/** An object each of whose methods throws. */
const allBroken = (what: string) => new Proxy({}, { get: () => broken(what) });

const flow = workflow('flow')
  .task({
    name: 'a',
    backoff: 0,
    run: (_, { attempt }) => (attempt === 1 ? Promise.reject('no') : Promise.resolve({ a: 1 })),
  })
  .task({ name: 'b', dependencies: ['a'], run: ({ a }) => ({ b: a + 1 }) });

/** Runs the workflow with providers, and gives what the listener for errors heard; the job must not suffer. */
async function errorsOf(t: { like: (actual: unknown, expected: object) => unknown }, providers: object): Promise<string[]> {
  const errors: unknown[] = [];
  const job = traced(providers).run(flow, { onListenerError: (error) => errors.push(error) });
  t.like(await job, { state: 'completed', context: { a: 1, b: 2 } });
  return [...new Set(errors.map(String))];
}

// The global providers and the context manager are those of the process, so that one test is done after the other.

test.serial('without an SDK jobs run as they do without it', async (t) => {
  t.deepEqual(await errorsOf(t, {}), []);
});

test.serial('the global providers are those of the time when a job starts', async (t) => {
  const { run: runTraced } = traced();
  await runTraced(flow);
  const { providers, tree, measured } = telemetry();
  trace.setGlobalTracerProvider(providers.tracerProvider);
  metrics.setGlobalMeterProvider(providers.meterProvider);
  t.teardown(() => {
    trace.disable();
    metrics.disable();
  });
  await runTraced(flow);
  t.is(tree()[0], 'job flow, completed');
  t.deepEqual((await measured()).find(({ name }) => name === 'tintype.jobs')?.value, 1);
});

test.serial('the instruments of a provider are made once', async (t) => {
  const { providers } = telemetry();
  let meters = 0;
  const meterProvider = {
    getMeter: (name: string, version?: string) => {
      meters += 1;
      return providers.meterProvider.getMeter(name, version);
    },
  };
  await traced({ meterProvider }).run(flow);
  await traced({ meterProvider }).run(flow);
  t.is(meters, 1);
});

for (const [title, providers, expected] of [
  ['providers that throw', { tracerProvider: allBroken('tracers'), meterProvider: allBroken('meters') }, ['tracers', 'meters']],
  [
    'a tracer and a meter that throw',
    {
      tracerProvider: { getTracer: () => allBroken('tracer') as Tracer },
      meterProvider: { getMeter: () => allBroken('meter') as Meter },
    },
    ['tracer', 'meter'],
  ],
  [
    'spans and instruments that throw',
    {
      tracerProvider: { getTracer: () => ({ startSpan: () => allBroken('span') as Span }) },
      meterProvider: {
        getMeter: () => ({
          createCounter: () => allBroken('counter'),
          createHistogram: () => allBroken('histogram'),
        }),
      },
    },
    ['histogram', 'span', 'counter'],
  ],
] as const) {
  test.serial(`${title} do not disturb a job, and what they throw goes to onListenerError`, async (t) => {
    const errors = await errorsOf(t, providers);
    t.deepEqual(errors.sort(), expected.map((what) => `Error: broken ${what}`).sort());
  });
}

test.serial('a context manager that throws does not disturb a job', async (t) => {
  const { providers, tree } = telemetry();
  context.disable();
  const manager: ContextManager = {
    active: broken('context'),
    with: broken('with'),
    bind: broken('bind'),
    enable: () => manager,
    disable: () => manager,
  };
  context.setGlobalContextManager(manager);
  t.teardown(() => context.disable());
  t.deepEqual(await errorsOf(t, providers), ['Error: broken context', 'Error: broken with']);
  t.is(tree()[0], 'job flow, completed');
});

test.serial('a span whose description fails ends even so', async (t) => {
  const { providers, open } = telemetry();
  const tracer = providers.tracerProvider.getTracer('real');
  const startSpan: Tracer['startSpan'] = (...start) =>
    Object.assign(tracer.startSpan(...start), { setAttributes: broken('attributes') });
  await errorsOf(t, { ...providers, tracerProvider: { getTracer: () => ({ startSpan }) } });
  t.is(open(), 0);
});

test.serial('invalid tasks and options are refused as `run` refuses them, and no span is started', (t) => {
  const { providers, spans, open } = telemetry();
  const { run: runTraced, workflowLogic } = traced(providers);
  const invalid = workflow('invalid').task({ name: '', run: () => {} });
  const options = { timeout: 0, executor: 5, unknown: true };
  const expected = caught(() => run(invalid, options as never)) as InvalidWorkflowError;
  t.is(expected.problems.length, 4);
  for (const attempt of [() => runTraced(invalid, options as never), () => workflowLogic(invalid, options as never)]) {
    const error = caught(attempt) as InvalidWorkflowError;
    t.true(error instanceof InvalidWorkflowError);
    t.deepEqual(error.problems, expected.problems);
    t.is(error.message, expected.message);
  }
  t.deepEqual([spans().length, open()], [0, 0]);
});
