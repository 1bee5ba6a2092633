import test from 'ava';
import { type JobStore, JobStoreError, resume, run } from 'tintype';
import { MemoryStore } from '../helpers/memory-store.ts';
import { SteppedClock, withTime } from '../helpers/simulated-time.ts';

const tasks = [{ name: 'a', run: () => {} }];

/** A store that doesn't say who holds a job, and holds it for some calls. */
async function heldFor(calls: number): Promise<{ store: JobStore; asked: () => number }> {
  const memory = new MemoryStore();
  await run(tasks, { id: 'one', store: memory });
  let asked = 0;
  const store = new Proxy(memory, {
    get(target, key) {
      if (key === 'acquire') {
        return async (...given: Parameters<JobStore['acquire']>) => {
          asked += 1;
          if (asked <= calls) {
            throw new JobStoreError('JOB_HELD', 'It is held');
          }
          return await target.acquire(...given);
        };
      }
      const value = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  }) as JobStore;
  return { store, asked: () => asked };
}

test('a store of your own that names no holder refuses a held job, or is asked again', async (t) => {
  const clock = new SteppedClock();
  const refused = await heldFor(1000);
  const result = await withTime(clock, resume(tasks, 'one', { store: refused.store, clock }));
  t.is(result.state === 'detached' && result.error.code, 'JOB_HELD');
  const waited = await heldFor(5);
  t.is((await withTime(clock, resume(tasks, 'one', { store: waited.store, clock, whenHeld: 'wait' }))).state, 'completed');
  t.true(waited.asked() > 5);
});
