import test from 'ava';
import { resume, run, workflow } from 'tintype';
import { MemoryStore } from '../helpers/memory-store.ts';
import { SteppedClock, settle, withTime } from '../helpers/simulated-time.ts';

const flow = workflow('flow').task({ name: 'a', timeout: 10, backoff: 10, run: () => {} });

test('the executor of a resumed job learns that attempts have timed out, in case their process died before it could stop them', async (t) => {
  const store = new MemoryStore();
  const clock = new SteppedClock();
  const lease = 2 ** 31 - 1;
  void run(flow, { id: 'one', store, clock, lease, executor: () => new Promise(() => {}) });
  await settle();
  clock.step();
  await settle();
  const calls: [attempt: number, isOver: boolean][] = [];
  const later = new SteppedClock();
  const again = resume(flow, 'one', {
    store: store.crash(),
    clock: later,
    lease,
    executor: async ({ attempt, signal }) => {
      calls.push([attempt, signal.aborted]);
    },
  });
  const result = await withTime(later, again);
  t.is(result.state, 'completed');
  t.deepEqual(calls, [
    [1, true],
    [2, false],
  ]);
});
