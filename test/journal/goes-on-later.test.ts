import test from 'ava';
import { type Executor, getJob, JobStoreError, resume, run, workflow } from 'tintype';
import { BullmqClosedError } from 'tintype/bullmq';
import { WorkerThreadsClosedError } from 'tintype/worker-threads';
import { deferred } from '../../src/runtime/deferred.ts';
import { MemoryStore } from '../helpers/memory-store.ts';
import { settle } from '../helpers/simulated-time.ts';

for (const [code, error] of Object.entries({
  BULLMQ_CLOSED: new BullmqClosedError('executor'),
  WORKER_THREADS_CLOSED: new WorkerThreadsClosedError(),
})) {
  const one = workflow('one').task({ name: 'a', maxRetries: 0, run: () => ({ a: 1 }) });
  const executor: Executor = async () => {
    throw error;
  };

  test(`an executor that is closed leaves the saved job alone: ${code}`, async (t) => {
    const store = new MemoryStore();
    const result = await run(one, { id: 'one', store, executor });
    t.like(result, { state: 'detached', error: { code } });
    t.is(result.tasks.get('a')?.state, 'cancelled');
    t.is(result.tasks.get('a')?.reason, 'jobDetached');
    t.is(store.rows.get('one')?.attempts[0]?.outcome, undefined);
    t.is((await resume(one, 'one', { store })).state, 'completed');
  });

  test(`without a store, the attempts of a closed executor fail: ${code}`, async (t) => {
    t.like(await run(one, { executor }), { state: 'failed', failure: { task: 'a', error } });
  });
}

test('a store that is closed leaves the saved job alone', async (t) => {
  const store = new MemoryStore();
  const called = deferred<void>();
  const end = deferred<undefined>();
  const one = workflow('one').task({
    name: 'a',
    run: () => {
      called.resolve();
      return end.promise;
    },
  });
  const job = run(one, { id: 'one', store });
  await called.promise;
  const after = store.crash();
  store.before = () => {
    throw new JobStoreError('STORE_FAILED', 'The store is closed');
  };
  end.resolve(undefined);
  t.is((await job).state, 'detached');
  t.is((await resume(one, 'one', { store: after })).state, 'completed');
});

test('a suspended job suspends its sub-jobs, and finds them again', async (t) => {
  const store = new MemoryStore();
  const called: string[] = [];
  const release = deferred<void>();
  const inner = workflow('inner')
    .task({ name: 'first', run: () => void called.push('first') })
    .task({
      name: 'second',
      dependencies: ['first'],
      run: async () => {
        called.push('second');
        await release.promise;
        return { done: true };
      },
    });
  const outer = workflow('outer').task({
    name: 'sub',
    maxRetries: 0,
    run: async (_, { job, signal }) => {
      const id = `${job}/inner`;
      return (await getJob(store, id))
        ? resume(inner, id, { store, signal, whenHeld: 'wait' })
        : run(inner, { id, store, signal });
    },
  });
  const job = run(outer, { id: 'outer', store });
  while (!called.includes('second')) {
    await settle();
  }
  job.suspend();
  t.is((await job).state, 'detached');
  t.is(store.rows.get('outer/inner')?.state, 'running');
  release.resolve();
  const result = await resume(outer, 'outer', { store });
  t.is(result.state, 'completed');
  t.deepEqual<object, object>(result.context, { done: true });
  t.deepEqual(called, ['first', 'second', 'second']);
});

test('a cancelled job cancels its saved sub-jobs', async (t) => {
  const store = new MemoryStore();
  const called = deferred<void>();
  const inner = workflow('inner').task({
    name: 'a',
    run: () => {
      called.resolve();
      return new Promise<undefined>(() => {});
    },
  });
  const outer = workflow('outer').task({ name: 'sub', run: (_, { signal }) => run(inner, { id: 'inner', store, signal }) });
  const job = run(outer, { id: 'outer', store });
  await called.promise;
  job.cancel('enough');
  t.is((await job).state, 'cancelled');
  await job.drained;
  t.is(store.rows.get('inner')?.state, 'cancelled');
});
