import test from 'ava';
import { getJob, resume, run, workflow } from 'tintype';
import { MemoryStore } from '../helpers/memory-store.ts';
import { SteppedClock, settle, withTime } from '../helpers/simulated-time.ts';

const HOUR = 3_600_000;
const BACKOFF = 200;

/** A task that fails at first. */
const flow = workflow('flow').task({
  name: 'a',
  backoff: BACKOFF,
  run: async (_, { attempt }) => {
    if (attempt <= 2) {
      throw new Error('at first');
    }
  },
});

/** Runs the job with a clock that is an hour ahead, until its process dies or it ends. */
async function savedAhead(states: number): Promise<{ store: MemoryStore; clock: SteppedClock }> {
  const ahead = new SteppedClock();
  ahead.set(HOUR);
  const store = new MemoryStore();
  void run(flow, { id: 'one', store, clock: ahead, lease: 2 ** 31 - 1 });
  await settle();
  await settle();
  for (let state = 0; state < states; state += 1) {
    ahead.step();
    await settle();
    await settle();
  }
  return { store: store.crash(), clock: new SteppedClock() };
}

for (const [backoffs, waits] of [
  [0, 2 * BACKOFF],
  [1, BACKOFF],
] as const) {
  test(`after the clock was set back, a resumed job waits for the current backoff once, after ${backoffs} others`, async (t) => {
    const { store, clock } = await savedAhead(backoffs);
    const attempts = (await getJob(store, 'one'))?.attempts.length;
    t.is(attempts, backoffs + 1);
    const result = await withTime(clock, resume(flow, 'one', { store, clock, lease: 2 ** 31 - 1 }));
    t.is(result.state, 'completed');
    t.is(clock.now(), waits);
  });
}

test('after the clock was set back, a job that has ended returns its result at once', async (t) => {
  const { store, clock } = await savedAhead(2);
  t.is((await getJob(store, 'one'))?.state, 'completed');
  const result = await resume(flow, 'one', { store, clock });
  t.is(result.state, 'completed');
  t.is(clock.now(), 0);
});
