import test from 'ava';
import { JobStoreError, run, workflow } from 'tintype';
import { deferred } from '../../src/runtime/deferred.ts';
import { MemoryStore } from '../helpers/memory-store.ts';
import { SteppedClock, settle, withTime } from '../helpers/simulated-time.ts';

const LEASE = 900;
const busy = () => new JobStoreError('STORE_FAILED', 'busy', { isTransient: true });

test('a job that is cancelled while its last outcome is being saved reports the end that is saved', async (t) => {
  const store = new MemoryStore();
  const saving = deferred<void>();
  const reached = deferred<void>();
  store.before = async (what) => {
    if (what === 'attempt.succeeded') {
      reached.resolve();
      await saving.promise;
    }
  };
  const job = run(workflow('flow').task({ name: 'a', run: () => ({ a: 1 }) }), { id: 'one', store });
  const ends: string[] = [];
  job.on('job.*', (event) => ends.push(event.type, ...('reason' in event ? [String(event.reason)] : [])));
  await reached.promise;
  job.cancel('too late');
  await settle();
  saving.resolve();
  const { state } = await job;
  t.is<string | undefined, string>(store.rows.get('one')?.state, state);
  t.deepEqual(ends, ['job.running', 'job.completed']);
});

test('the end of a job is saved after everything else, even if the store refuses that at first', async (t) => {
  const store = new MemoryStore();
  const clock = new SteppedClock();
  const started = deferred<void>();
  let refusals = 1;
  store.before = (what) => {
    if (what === 'job.cancelled' && refusals > 0) {
      refusals -= 1;
      throw busy();
    }
  };
  const flow = workflow('flow').task({
    name: 'a',
    run: () => {
      started.resolve();
      return new Promise<void>(() => {});
    },
  });
  const job = run(flow, { id: 'one', store, clock, lease: LEASE });
  await started.promise;
  job.cancel('enough');
  const result = await withTime(clock, job);
  t.is(result.state, 'cancelled');
  t.is(store.rows.get('one')?.cancelled?.reason, '"enough"');
});

test('a renewal that fails after its job has ended is not repeated', async (t) => {
  const store = new MemoryStore();
  const clock = new SteppedClock();
  const renewing = deferred<void>();
  const working = deferred<void>();
  store.before = (what) => (what === 'renew' ? renewing.promise.then(() => Promise.reject(busy())) : undefined);
  const job = run(workflow('flow').task({ name: 'a', run: () => working.promise }), { id: 'one', store, clock, lease: LEASE });
  await settle();
  clock.step();
  await settle();
  working.resolve();
  t.is((await job).state, 'completed');
  renewing.resolve();
  await settle();
  t.is(clock.pending, 0);
});
