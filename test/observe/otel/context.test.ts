import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, createContextKey, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import test from 'ava';
import { type AttemptRequest, run, workflow } from 'tintype';
import { traced } from 'tintype/otel';
import { createActor, toPromise } from 'xstate';
import { deferred } from '../../helpers/deferred.ts';
import { settle } from '../../helpers/simulated-time.ts';
import { telemetry } from '../../helpers/telemetry.ts';

const KEY = createContextKey('what the caller has');
const active = () => trace.getActiveSpan()?.spanContext().spanId;

test('the context a job is started in is the parent of its span, and its values are available in tasks', async (t) => {
  const { providers, tree } = telemetry();
  const tracer = providers.tracerProvider.getTracer('caller');
  const values: unknown[] = [];
  const flow = workflow('flow')
    .task({ name: 'a', run: () => void values.push(context.active().getValue(KEY)) })
    .task({ name: 'b', dependencies: ['a'], run: () => void values.push(context.active().getValue(KEY)) });
  await tracer.startActiveSpan('request', (span) =>
    context.with(context.active().setValue(KEY, 'value'), async () => {
      await traced(providers).run(flow);
      span.end();
    }),
  );
  t.deepEqual(values, ['value', 'value']);
  t.deepEqual(tree(), ['request', '  job flow, completed', '    task a 1, completed', '    task b 1, completed']);
});

test('a span that is started in a function is a child of its attempt, also after it has waited', async (t) => {
  const { providers, tree } = telemetry();
  const tracer = providers.tracerProvider.getTracer('functions');
  const note = (name: string) => tracer.startSpan(name).end();
  const gate = deferred();
  const flow = workflow('flow')
    .task({
      name: 'a',
      run: async (_, { attempt }) => {
        note(`at once in ${attempt}`);
        await gate.promise;
        await settle();
        note(`later in ${attempt}`);
        if (attempt === 1) {
          throw new Error('no');
        }
      },
    })
    .task({
      name: 'b',
      run: async () => {
        await gate.promise;
        note('in b');
      },
    })
    .task({ name: 'c', dependencies: ['a'], run: () => note('in c') });
  const job = traced(providers).run(flow, { backoff: 0 });
  await settle();
  gate.resolve({});
  await job;
  t.deepEqual(tree(), [
    'job flow, completed',
    '  task a 1, exception: Error: no',
    '    at once in 1',
    '    later in 1',
    '  task b 1, completed',
    '    in b',
    '  task a 2, completed',
    '    at once in 2',
    '    later in 2',
    '  task c 1, completed',
    '    in c',
  ]);
});

test('a function that goes on after its attempt was cancelled is still in its context', async (t) => {
  const { providers, span } = telemetry();
  const gate = deferred();
  let late: string | undefined;
  const endless = async () => {
    await gate.promise;
    late = active();
  };
  const job = traced(providers).run([{ name: 'a', run: endless }]);
  await settle();
  job.cancel();
  await job;
  gate.resolve({});
  await job.drained;
  t.is(late, span('task a').spanContext().spanId);
});

test('fetch in a task is a child of the attempt', async (t) => {
  const { providers, spans, span } = telemetry();
  const instrumentation = new UndiciInstrumentation();
  instrumentation.setTracerProvider(providers.tracerProvider);
  const server = createServer((_request, response) => response.end('42')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    instrumentation.disable();
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const flow = workflow('flow')
    .task({ name: 'ask', run: async () => ({ answer: await (await fetch(url)).text() }) })
    .task({ name: 'again', dependencies: ['ask'], run: async () => void (await (await fetch(url)).text()) });
  t.like(await traced(providers).run(flow), { state: 'completed', context: { answer: '42' } });
  t.deepEqual(
    spans()
      .filter(({ name }) => name === 'GET')
      .map(({ parentSpanContext }) => parentSpanContext?.spanId),
    [span('task ask').spanContext().spanId, span('task again').spanContext().spanId],
  );
});

test("an executor of one's own, and the functions it calls, are in the context of the attempt", async (t) => {
  const { providers, tree } = telemetry();
  const tracer = providers.tracerProvider.getTracer('executor');
  const requests: AttemptRequest[] = [];
  const executor = async (request: AttemptRequest) => {
    requests.push(request);
    tracer.startSpan(`executor of ${request.task}`).end();
    await settle();
    // Wherever that is: an executor with a queue is in the context of somebody else then.
    return context.with(ROOT_CONTEXT, request.run);
  };
  const flow = workflow<{ n: number }>('flow').task({
    name: 'a',
    run: ({ n }) => {
      tracer.startSpan('function').end();
      return { m: n + 1 };
    },
  });
  const job = traced(providers).run(flow, { executor, context: { n: 1 } });
  t.like(await job, { state: 'completed', context: { m: 2 } });
  t.deepEqual(tree(), ['job flow, completed', '  task a 1, completed', '    executor of a', '    function']);
  const [request] = requests;
  t.like(request, { job: job.id, task: 'a', attempt: 1 });
  t.deepEqual({ ...request?.context }, { n: 1 });
  t.false(request?.signal.aborted);
  t.throws(() => request?.run(), { code: 'INVALID_ARGUMENT' });
});

test('an executor that throws fails the attempt', async (t) => {
  const { providers, tree } = telemetry();
  const executor = () => {
    throw new Error('no worker');
  };
  await traced(providers).run([{ name: 'a', run: () => {}, maxRetries: 0 }], { executor });
  t.deepEqual(tree(), ['job, failed: Task `a` failed: Error: no worker', '  task a 1, exception: Error: no worker']);
});

test('the signal of an attempt aborts in an executor and in a function', async (t) => {
  const { providers } = telemetry();
  const seen: unknown[] = [];
  const executor = ({ signal, run }: AttemptRequest) => {
    signal.addEventListener('abort', () => seen.push('executor'));
    return run();
  };
  const untilAbort = (_: unknown, { signal }: { signal: AbortSignal }) =>
    once(signal, 'abort').then(() => void seen.push('function'));
  const job = traced(providers).run([{ name: 'a', run: untilAbort }], { executor });
  await settle();
  job.cancel();
  await job.drained;
  t.deepEqual(seen, ['executor', 'function']);
});

test('a job that a task starts is below the attempt, if it is traced too', async (t) => {
  const { providers, tree } = telemetry();
  const tracer = providers.tracerProvider.getTracer('functions');
  const { run: runTraced } = traced(providers);
  const inner = workflow('inner').task({ name: 'x', run: () => tracer.startSpan('in x').end() });
  const outer = workflow('outer')
    .task({ name: 'traced', run: () => runTraced(inner) })
    .task({ name: 'not traced', dependencies: ['traced'], run: () => run(inner) });
  await runTraced(outer);
  t.deepEqual(tree(), [
    'job outer, completed',
    '  task traced 1, completed',
    '    job inner, completed',
    '      task x 1, completed',
    '        in x',
    '  task not traced 1, completed',
    '    in x',
  ]);
});

test('the jobs of actor logic are traced, below what is active when the actor starts', async (t) => {
  const { providers, tree } = telemetry();
  const greeting = workflow<{ who: string }>('greeting').task({ name: 'greet', run: ({ who }) => ({ text: `Hello ${who}` }) });
  const logic = traced(providers).workflowLogic(greeting);
  const tracer = providers.tracerProvider.getTracer('machine');
  for (const who of ['Ada', 'Grace']) {
    const actor = createActor(logic, { input: { who } });
    tracer.startActiveSpan(who, (span) => {
      actor.start();
      span.end();
    });
    t.like(await toPromise(actor), { context: { text: `Hello ${who}` } });
  }
  t.deepEqual(tree(), [
    'Ada',
    '  job greeting, completed',
    '    task greet 1, completed',
    'Grace',
    '  job greeting, completed',
    '    task greet 1, completed',
  ]);
});
