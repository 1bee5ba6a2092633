import test from 'ava';
import { type Job, type JobResult, JobStoreError, resume, run, workflow } from 'tintype';
import { deferred } from '../../src/runtime/deferred.ts';
import { MemoryStore } from '../helpers/memory-store.ts';
import { SteppedClock, settle, withTime } from '../helpers/simulated-time.ts';

const LEASE = 900;

const forever = (): Promise<undefined> => new Promise(() => {});
const once = (run: () => unknown = () => {}) => workflow('once').task({ name: 'a', run: run as () => undefined });

/** The code of the error of a detached job. */
const codeOf = (result: JobResult): string => (result.state === 'detached' ? result.error.code : result.state);

/** A job that waits forever, once its function was called. */
async function waitingJob(store: MemoryStore, clock = new SteppedClock()) {
  const called = deferred<void>();
  const wait = () => {
    called.resolve();
    return forever();
  };
  const job: Job = run([{ name: 'a', run: wait }], { id: 'one', store, clock, lease: LEASE });
  await called.promise;
  const pass = async (milliseconds: number) => {
    const until = clock.now() + milliseconds;
    while (clock.now() < until) {
      clock.increment(10);
      await settle();
    }
  };
  return { job, clock, pass };
}

test('a lease is renewed when a third of it has passed, until the job ends', async (t) => {
  const store = new MemoryStore();
  const { job, clock, pass } = await waitingJob(store);
  t.is(store.rows.get('one')?.heldUntil, 900);
  await pass(300);
  t.is(store.rows.get('one')?.heldUntil, 1200);
  await pass(300);
  t.is(store.rows.get('one')?.heldUntil, 1500);
  job.cancel();
  await job;
  t.is(clock.pending, 0);
  t.is(store.rows.get('one')?.heldUntil, undefined);
});

test('a renewal that fails for a while is repeated, and then the job goes on', async (t) => {
  const store = new MemoryStore();
  const { job, pass } = await waitingJob(store);
  store.before = (what) => {
    if (what === 'renew') {
      throw new JobStoreError('STORE_FAILED', 'no connection', { isTransient: true });
    }
  };
  await pass(800);
  t.is(job.snapshot().state, 'running');
  store.before = () => {};
  await pass(LEASE);
  t.is(job.snapshot().state, 'running');
  t.true((store.rows.get('one')?.heldUntil ?? 0) > 2 * LEASE);
});

test('a job leaves its process when its lease can’t be renewed, and releases it as soon as the store answers', async (t) => {
  const store = new MemoryStore();
  const { job, pass } = await waitingJob(store);
  store.before = () => Promise.reject(new JobStoreError('STORE_FAILED', 'no connection', { isTransient: true }));
  store.release = () => Promise.reject(new JobStoreError('STORE_FAILED', 'no connection', { isTransient: true }));
  await pass(LEASE);
  const result = await job;
  t.is(result.state === 'detached' && result.error.message, 'no connection');
  t.is(store.rows.get('one')?.state, 'running');
  t.truthy(store.rows.get('one')?.heldUntil);
  store.release = MemoryStore.prototype.release;
  await pass(LEASE);
  t.is(store.rows.get('one')?.heldUntil, undefined);
});

test('a job leaves its process at once when a renewal finds that it was taken over', async (t) => {
  const store = new MemoryStore();
  const { job, pass } = await waitingJob(store);
  (store.rows.get('one') as { owner: string }).owner = 'another';
  await pass(300);
  t.is(codeOf(await job), 'LEASE_LOST');
});

test('a job that is suspended while it is created ends once it is saved and released', async (t) => {
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
  written.resolve();
  t.is((await job).state, 'detached');
  t.is(store.rows.get('one')?.state, 'running');
  t.is(store.rows.get('one')?.heldUntil, undefined);
});

test('a job that is suspended at once is saved, and can be resumed as soon as it has ended', async (t) => {
  const store = new MemoryStore();
  const flow = workflow('flow').task({ name: 'a', run: () => ({ a: 1 }) });
  for (const wait of [() => undefined, () => Promise.resolve(), settle]) {
    const id = `job-${store.rows.size}`;
    const slow = workflow('flow').task({ name: 'a', run: () => new Promise<{ a: number }>(() => {}) });
    const job = run(slow, { id, store });
    await wait();
    job.suspend();
    t.like(await job, { state: 'detached', error: { code: 'JOB_SUSPENDED' } });
    t.is(store.rows.get(id)?.heldUntil, undefined);
    t.is((await resume(flow, id, { store })).state, 'completed');
  }
});

/** The clock of another machine, or of this one after it was set. */
const setBy = (clock: SteppedClock, offset: number) => ({
  setTimeout: (callback: () => void, milliseconds: number) => clock.setTimeout(callback, milliseconds),
  clearTimeout: (id: number) => clock.clearTimeout(id),
  now: () => clock.now() + offset,
});

const HOURS = 3_600_000;

for (const offset of [-2 * HOURS, 2 * HOURS]) {
  test(`a healthy owner keeps its job, although another machine’s clock differs by ${offset} ms`, async (t) => {
    const store = new MemoryStore();
    const { job, clock } = await waitingJob(store);
    const other = resume([{ name: 'a', run: () => t.fail() as never }], 'one', {
      store,
      clock: setBy(clock, offset),
      lease: LEASE,
    });
    t.is(codeOf(await withTime(clock, other)), 'JOB_HELD');
    t.is(job.snapshot().state, 'running');
    job.suspend();
  });

  test(`a job whose owner died is taken within one lease, although the clock differs by ${offset} ms`, async (t) => {
    const store = new MemoryStore();
    const { clock } = await waitingJob(store);
    const { owner, ...row } = store.rows.get('one') as NonNullable<ReturnType<typeof store.rows.get>>;
    const after = store.crash();
    after.rows.set('one', { ...row, owner });
    const died = clock.now();
    const again = resume([{ name: 'a', run: () => {} }], 'one', { store: after, clock: setBy(clock, offset), lease: 100 });
    t.is((await withTime(clock, again)).state, 'completed');
    t.true(clock.now() - died <= LEASE);
  });
}

test('a clock that is set back stretches neither a backoff, nor the timeout of a job, nor its end', async (t) => {
  const store = new MemoryStore();
  const clock = new SteppedClock();
  let isBroken = true;
  const flow = once(() => {
    if (isBroken) {
      throw new Error('broken');
    }
  });
  const job = run(flow, { id: 'one', store, clock, lease: LEASE, backoff: 200, retryIf: true });
  const backsOff = deferred<void>();
  job.on('task.backingOff', () => backsOff.resolve());
  await backsOff.promise;
  job.suspend();
  isBroken = false;
  const suspended = clock.now();
  const back = setBy(clock, -2 * HOURS);
  t.is((await withTime(clock, resume(flow, 'one', { store, clock: back, lease: LEASE }))).state, 'completed');
  t.is(clock.now() - suspended, 200);

  const slow = once(forever);
  const late = run(slow, { id: 'late', store, clock, lease: LEASE, timeout: 500 });
  await settle();
  late.suspend();
  const left = clock.now();
  t.is((await withTime(clock, resume(slow, 'late', { store, clock: back, lease: LEASE }))).state, 'timedOut');
  t.is(clock.now() - left, 500);
  const ended = clock.now();
  t.is((await withTime(clock, resume(slow, 'late', { store, clock: back, lease: LEASE }))).state, 'timedOut');
  t.is(clock.now() - ended, 1);
});
