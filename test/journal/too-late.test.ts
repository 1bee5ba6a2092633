import test from 'ava';
import { resume, run, type TaskDefinition, workflow } from 'tintype';
import { MemoryStore } from '../helpers/memory-store.ts';
import { SteppedClock, withTime } from '../helpers/simulated-time.ts';

/** A job all of whose outcomes were saved, but that was cancelled or timed out before the last of them reached it. */
async function endedBefore(state: 'cancelled' | 'timedOut', ...tasks: TaskDefinition[]) {
  const flow = workflow('flow').tasks(tasks);
  const before = new MemoryStore();
  await run(flow, { id: 'one', store: before, timeout: 1000, maxRetries: 0 });
  const store = before.crash();
  const row = store.rows.get('one');
  if (row !== undefined) {
    row.state = state;
    row.cancelled = state === 'cancelled' ? { at: row.createdAt, reason: '"enough"' } : undefined;
  }
  const clock = new SteppedClock();
  const result = await withTime(clock, resume(flow, 'one', { store, clock }));
  return { state: result.state, tasks: Array.from(result.tasks.values(), (task) => task.state) };
}

const works: TaskDefinition = { name: 'works', run: () => {} };
const follows: TaskDefinition = { name: 'follows', dependencies: ['works'], run: () => {} };
const fails: TaskDefinition = { name: 'fails', run: () => Promise.reject(new Error('no')) };

for (const state of ['cancelled', 'timedOut'] as const) {
  test(`a job that ended as ${state} ends so again, though everything was saved as completed meanwhile`, async (t) => {
    t.deepEqual(await endedBefore(state, works, follows), { state, tasks: ['completed', 'cancelled'] });
  });

  test(`a job that ended as ${state} ends so again, though a failure was saved meanwhile`, async (t) => {
    t.deepEqual(await endedBefore(state, works, fails), { state, tasks: ['completed', 'cancelled'] });
  });

  test(`a job that ended as ${state} ends so again, though a tolerated failure was saved last`, async (t) => {
    const tolerated = { ...fails, dependencies: ['works'], continueOnFailure: true };
    t.deepEqual(await endedBefore(state, works, tolerated), { state, tasks: ['completed', 'cancelled'] });
  });
}
