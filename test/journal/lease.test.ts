import test from 'ava';
import { type Job, JobStoreError, run } from 'tintype';
import { deferred } from '../../src/runtime/deferred.ts';
import { MemoryStore } from '../helpers/memory-store.ts';
import { settle } from '../helpers/simulated-time.ts';

/** A job that waits for ever, on a clock whose timers go off when they are told to. */
async function waitingJob(store: MemoryStore) {
  const timers = new Set<{ readonly callback: () => void; readonly delay: number }>();
  const clock = {
    time: 0,
    now: () => clock.time,
    setTimeout: (callback: () => void, delay: number) => {
      const timer = { callback, delay };
      timers.add(timer);
      return timer;
    },
    clearTimeout: (timer: never) => timers.delete(timer),
  };
  const called = deferred<void>();
  const wait = () => {
    called.resolve();
    return new Promise<undefined>(() => {});
  };
  const job: Job = run([{ name: 'a', run: wait }], { id: 'one', store, clock, lease: 900 });
  await called.promise;
  const pass = async () => {
    const [timer] = timers;
    if (timer !== undefined) {
      timers.delete(timer);
      clock.time += timer.delay;
      timer.callback();
      await settle();
    }
  };
  return { job, timers, pass };
}

test('a lease is renewed when a third of it has passed, until the job ends', async (t) => {
  const store = new MemoryStore();
  const { job, timers, pass } = await waitingJob(store);
  t.is(store.rows.get('one')?.heldUntil, 900);
  await pass();
  t.is(store.rows.get('one')?.heldUntil, 1200);
  await pass();
  t.is(store.rows.get('one')?.heldUntil, 1500);
  job.cancel();
  await job;
  t.is(timers.size, 0);
  t.is(store.rows.get('one')?.heldUntil, undefined);
});

test('a renewal that fails is tried again, as long as the lease lasts', async (t) => {
  const store = new MemoryStore();
  const { job, timers, pass } = await waitingJob(store);
  store.before = (what) => {
    if (what === 'renew') {
      throw new JobStoreError('STORE_FAILED', 'no connection');
    }
  };
  await pass();
  await pass();
  t.is(job.snapshot().state, 'running');
  store.before = () => {};
  await pass();
  t.is(store.rows.get('one')?.heldUntil, 1800);
  store.before = () => Promise.reject(new JobStoreError('STORE_FAILED', 'no connection'));
  await pass();
  await pass();
  t.is(job.snapshot().state, 'running');
  await pass();
  const result = await job;
  t.is(result.state === 'detached' && result.error.message, 'no connection');
  t.is(timers.size, 0);
  t.is(store.rows.get('one')?.state, 'running');
});

test('a job ends at once when a renewal says that it was taken over', async (t) => {
  const store = new MemoryStore();
  const { job, pass } = await waitingJob(store);
  (store.rows.get('one') as { owner: string }).owner = 'another';
  await pass();
  const result = await job;
  t.is(result.state === 'detached' && result.error.code, 'LEASE_LOST');
});

test('a job that is suspended while it is put on record is given up', async (t) => {
  const store = new MemoryStore();
  const reached = deferred<void>();
  const written = deferred<void>();
  store.before = (what) => {
    if (what === 'create') {
      reached.resolve();
      return written.promise;
    }
    return undefined;
  };
  const job = run([{ name: 'a', run: () => t.fail() as never }], { id: 'one', store });
  await reached.promise;
  job.suspend();
  t.is((await job).state, 'detached');
  written.resolve();
  await settle();
  t.is(store.rows.get('one')?.state, 'running');
  t.is(store.rows.get('one')?.heldUntil, undefined);
});
