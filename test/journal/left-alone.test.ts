import test from 'ava';
import { type AttemptRequest, type Executor, JobStoreError, resume, run, workflow } from 'tintype';
import { deferred } from '../helpers/deferred.ts';
import { MemoryStore } from '../helpers/memory-store.ts';

/** A store of which a call is another one. */
const storeWith = (calls: Partial<MemoryStore>): MemoryStore => Object.assign(new MemoryStore(), calls);

/** An executor whose attempts end when their signals abort, and what they abort with. */
function remote() {
  const asked: AttemptRequest[] = [];
  const begun = deferred<void>();
  const executor: Executor = (request) => {
    asked.push(request);
    begun.resolve();
    return new Promise((_, reject) => {
      request.signal.addEventListener('abort', () => reject(request.signal.reason));
    });
  };
  return { asked, begun: begun.promise, executor };
}

test('a timeout that can’t be saved detaches the job, and its attempt aborts with that error, not the timeout', async (t) => {
  const { asked, executor } = remote();
  const store = new MemoryStore();
  const append = store.append.bind(store);
  store.append = async (id, owner, entry) => {
    if (entry.type === 'attempt.failed') {
      throw new JobStoreError('LEASE_LOST', 'somebody else has it');
    }
    await append(id, owner, entry);
  };
  const slow = workflow('slow').task({ name: 'a', timeout: 20, maxRetries: 0, run: () => {} });
  const result = await run(slow, { id: 'one', store, executor });
  t.like(result, { state: 'detached', error: { code: 'LEASE_LOST' } });
  t.like(asked[0]?.signal.reason, { code: 'LEASE_LOST' });
});

test('a timeout is saved before its attempt aborts', async (t) => {
  const { asked, executor } = remote();
  const store = new MemoryStore();
  const append = store.append.bind(store);
  const seen: boolean[] = [];
  store.append = async (id, owner, entry) => {
    if (entry.type === 'attempt.failed') {
      seen.push(asked[0]?.signal.aborted === true);
    }
    await append(id, owner, entry);
  };
  const slow = workflow('slow').task({ name: 'a', timeout: 20, maxRetries: 0, run: () => {} });
  t.is((await run(slow, { id: 'one', store, executor })).state, 'failed');
  t.deepEqual(seen, [false]);
  t.like(asked[0]?.signal.reason, { code: 'TASK_TIMED_OUT' });
});

test('an unknown error of a custom store becomes STORE_FAILED', async (t) => {
  const cause = new Error('ECONNRESET');
  const store = storeWith({ append: () => Promise.reject(cause) });
  const result = await run([{ name: 'a', run: () => {} }], { store, lease: 100 });
  t.like(result, {
    state: 'detached',
    error: { code: 'STORE_FAILED', message: 'The store failed: Error: ECONNRESET', cause, isTransient: true },
  });
});

test('a job whose store does not answer ends here when its lease has run out', async (t) => {
  const { executor } = remote();
  const store = storeWith({ renew: () => new Promise(() => {}) });
  const result = await run([{ name: 'a', run: () => {} }], { store, executor, lease: 30 });
  t.like(result, { state: 'detached', error: { code: 'STORE_FAILED' } });
  t.regex(String((result as { error?: unknown }).error), /did not answer before the lease expired/);
});

test('a job cancelled before its start calls nothing, and its cancellation is saved', async (t) => {
  const store = new MemoryStore();
  const calls: string[] = [];
  const job = run([{ name: 'a', run: () => void calls.push('a') }], { id: 'one', store });
  job.cancel('enough');
  t.like(await job, { state: 'cancelled', reason: 'enough' });
  t.deepEqual(calls, []);
  t.like(await store.read('one'), { state: 'cancelled' });
});

for (const [what, options] of Object.entries({ 'whose time is up': { timeout: 60_000 }, 'that was cancelled': {} })) {
  test(`a resumed job ${what} calls nothing, and lets the executor end what still runs`, async (t) => {
    const store = new MemoryStore();
    const first = remote();
    const calls: string[] = [];
    let late = 0;
    const clock = { setTimeout, clearTimeout, now: () => Date.now() + late };
    const one = workflow('one').task({ name: 'a', run: () => void calls.push('a') });
    const job = run(one, { id: 'one', store, executor: first.executor, clock, ...options });
    await first.begun;
    if ('timeout' in options) {
      job.suspend();
      await job;
      late = 120_000;
    } else {
      // Its owner dies when the cancel is on record.
      const append = store.append.bind(store);
      store.append = async (id, owner, entry) => {
        await append(id, owner, entry);
        store.append = append;
        throw new JobStoreError('STORE_FAILED', 'gone');
      };
      job.cancel('enough');
      await job;
    }
    const second = remote();
    const told: unknown[] = [];
    const executor: Executor = (request) => {
      told.push(request.signal.aborted, request.task, request.attempt);
      return second.executor(request);
    };
    const result = await resume(one, 'one', { store, executor, clock });
    t.is(result.state, 'timeout' in options ? 'timedOut' : 'cancelled');
    t.deepEqual(told, [true, 'a', 1]);
    t.deepEqual(calls, []);
  });
}
