import test from 'ava';
import { defaultRetryIf, getJob, type ResumeOptions, type RunOptions, resume, run, workflow } from 'tintype';
import { MemoryStore } from '../helpers/memory-store.ts';
import { SteppedClock, settle, withTime } from '../helpers/simulated-time.ts';

/** A job that dies in its first attempt, and whose next attempts throw a TypeError. */
async function resumed(first: RunOptions, second: Omit<ResumeOptions, 'store'> = {}, edit?: (store: MemoryStore) => void) {
  const attempts: number[] = [];
  const flow = (dies: boolean) =>
    workflow('flow').task({
      name: 'a',
      run: async (_, { attempt }) => {
        if (dies) {
          await new Promise(() => {});
        }
        attempts.push(attempt);
        throw new TypeError('boom');
      },
    });
  const store = new MemoryStore();
  void run(flow(true), { id: 'one', maxRetries: 3, ...first, store });
  await settle();
  await settle();
  const after = store.crash();
  edit?.(after);
  const clock = new SteppedClock();
  const result = await withTime(clock, resume(flow(false), 'one', { clock, lease: 2 ** 31 - 1, ...second, store: after }));
  return { state: result.state, attempts: attempts.length, waited: clock.now(), job: await getJob(after, 'one') };
}

test('the numbers, objects and `true` of a job’s retry policy are saved, so a resume needs none', async (t) => {
  const atOnce = await resumed({ backoff: 0, retryIf: true });
  t.like(atOnce, { state: 'failed', attempts: 4, waited: 0 });
  t.deepEqual(atOnce.job?.retryPolicy, { backoff: 0, retryIf: true });
  const growing = await resumed({ backoff: { initial: 5 }, retryIf: true });
  t.like(growing, { attempts: 4, waited: 5 + 10 + 20 });
  t.deepEqual(growing.job?.retryPolicy?.backoff, { initial: 5, factor: 2, max: 2147483647, jitter: false });
});

test('the default backoff is saved, and a resume uses the default retryIf', async (t) => {
  const { attempts, job } = await resumed({});
  t.is(attempts, 1);
  t.deepEqual(job?.retryPolicy, { backoff: { initial: 100, factor: 2, max: 10_000, jitter: true } });
});

test('functions are not saved: a resume takes the defaults, or those it gets', async (t) => {
  const functions: RunOptions = { backoff: () => 7, retryIf: () => true };
  const without = await resumed(functions);
  t.is(without.attempts, 1);
  t.deepEqual(without.job?.retryPolicy, {});
  t.like(await resumed(functions, functions), { attempts: 4, waited: 21 });
});

test('the retry policy that a resume gets wins over the saved one', async (t) => {
  t.like(await resumed({ backoff: 0, retryIf: true }, { backoff: 3 }), { attempts: 4, waited: 9 });
  t.like(await resumed({ backoff: 0, retryIf: true }, { retryIf: defaultRetryIf }), { attempts: 1 });
});

test('a job that an older version saved has the defaults', async (t) => {
  const forget = (store: MemoryStore) => {
    delete (store.rows.get('one') as { retryPolicy?: unknown }).retryPolicy;
  };
  t.like(await resumed({ retryIf: true }, {}, forget), { attempts: 1 });
});
