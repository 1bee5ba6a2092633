import test from 'ava';
import { workflow } from 'tintype';
import { traced } from 'tintype/otel';
import { deferred } from '../../helpers/deferred.ts';
import { MemoryStore } from '../../helpers/memory-store.ts';
import { telemetry } from '../../helpers/telemetry.ts';

for (const continues of ['resume', 'resumeAll'] as const) {
  test(`a job continued by \`${continues}\` has spans and metrics of what happens in this process`, async (t) => {
    const store = new MemoryStore();
    const started = deferred();
    let isFirst = true;
    const flow = workflow('flow')
      .task({ name: 'a', run: () => ({ a: 1 }) })
      .task({
        name: 'b',
        dependencies: ['a'],
        run: () => {
          started.resolve({});
          return isFirst ? new Promise<undefined>(() => {}) : undefined;
        },
      })
      .task({ name: 'c', dependencies: ['b'], run: () => ({ c: 1 }) });
    const before = telemetry();
    const job = traced(before.providers).run(flow, { id: 'one', store });
    await started.promise;
    job.suspend();
    await job;
    isFirst = false;
    const { providers, tree, open, measured } = telemetry();
    const { resume, resumeAll } = traced(providers);
    const next = continues === 'resume' ? [resume(flow, 'one', { store })] : await resumeAll([flow], { store });
    t.is((await next[0])?.state, 'completed');
    t.deepEqual(tree(), ['job flow, completed', '  task b 1, completed', '  task c 1, completed']);
    t.is(open(), 0);
    const attempts = (await measured()).filter(({ name }) => name === 'tintype.attempts');
    t.deepEqual(
      attempts.map(({ attributes }) => attributes['tintype.task.name']),
      ['b', 'c'],
    );
    const again = telemetry();
    await traced(again.providers).resume(flow, 'one', { store });
    t.deepEqual(again.tree(), ['job flow, completed']);
    t.deepEqual(await again.measured(), [], 'what has been measured is not measured again');
  });
}

test('an attempt that was interrupted and counts as failed has a span that shows it', async (t) => {
  const store = new MemoryStore();
  const started = deferred();
  let isFirst = true;
  const flow = workflow('flow').task({
    name: 'a',
    run: () => {
      started.resolve({});
      return isFirst ? new Promise<undefined>(() => {}) : undefined;
    },
  });
  const job = traced(telemetry().providers).run(flow, { id: 'one', store });
  await started.promise;
  job.suspend();
  await job;
  isFirst = false;
  const { providers, tree, open } = telemetry();
  await traced(providers).resume(flow, 'one', { store, countInterrupted: true, backoff: 0 });
  t.deepEqual(tree(), [
    'job flow, completed',
    '  task a 1, exception: AttemptInterruptedError: Attempt 1 of task `a` was interrupted: its process ended',
    '  task a 2, completed',
  ]);
  t.is(open(), 0);
});
