import test from 'ava';
import { type JobResult, type JobState, resume, run, type TaskDefinition, type UndoExecution } from 'tintype';
import { deferred } from '../helpers/deferred.ts';
import { MemoryStore } from '../helpers/memory-store.ts';

const nothing = () => {};
const fail = () => {
  throw new Error('boom');
};

const first: TaskDefinition = { name: 'first', run: nothing, undo: nothing };
const failing: TaskDefinition = { name: 'failing', dependencies: ['first'], run: fail };
const last: TaskDefinition = { name: 'last', finally: true, run: nothing };

/** Suspends a job once it is in a state. */
async function suspendedIn(state: JobState, tasks: readonly TaskDefinition[]): Promise<MemoryStore> {
  const store = new MemoryStore();
  const job = run(tasks, { id: 'one', store, maxRetries: 0 });
  job.on('job.*', ({ to }) => to === state && job.suspend());
  await job;
  return store;
}

const codeOf = (result: JobResult) => result.state === 'detached' && result.error.code;

test('a job whose end is decided is refused with a workflow that would end differently', async (t) => {
  const called = { name: 'new', run: () => t.fail() as never };
  const isRefused = async (state: JobState, before: readonly TaskDefinition[], now: readonly TaskDefinition[], end: string) => {
    const store = await suspendedIn(state, before);
    const changed = await resume(now, 'one', { store, onChange: () => true });
    t.is(codeOf(changed), 'WORKFLOW_CHANGED');
    t.regex(
      String(changed.state === 'detached' && changed.error),
      new RegExp(`It is ending as \`${end}\`, but would end differently`),
    );
    const unchanged = await resume(before, 'one', { store, maxRetries: 0, onChange: () => true });
    t.is(unchanged.state as string, end);
  };
  await isRefused('undoing', [first, failing], [first], 'failed');
  await isRefused('undoing', [first, failing], [{ ...first, undo: undefined }], 'failed');
  await isRefused('undoing', [first, failing], [first, called], 'failed');
  await isRefused('finishing', [first, last], [first, last, called], 'completed');
  const tolerated = { ...failing, continueOnFailure: true };
  await isRefused('finishing', [first, tolerated, last], [{ ...first, undo: called.run }, failing, last], 'completed');
});

test('a task that had begun is undone even if another workflow skips it', async (t) => {
  const outcomes: unknown[] = [];
  const undo = (_: object, { outcome }: UndoExecution) => void outcomes.push(outcome);
  const called = deferred();
  const store = new MemoryStore();
  const begun = { name: 'begun', run: () => called.resolve(undefined) ?? new Promise<undefined>(nothing), undo };
  const job = run([begun], { id: 'one', store, onFailure: 'keepGoing' });
  await called.promise;
  job.suspend();
  await job;
  const from: string[] = [];
  const result = await resume(
    [
      { name: 'new', run: fail },
      { ...begun, dependencies: ['new'] },
    ],
    'one',
    {
      store,
      maxRetries: 0,
      onChange: () => true,
      onEvent: (event) => event.type === 'task.undoing' && from.push(event.from),
    },
  );
  t.is(result.undo, 'done');
  t.deepEqual(from, ['skipped', 'undoing']);
  t.deepEqual(outcomes, [{ state: 'cancelled' }]);
});
