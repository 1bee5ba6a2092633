import test from 'ava';
import { type Executor, type RunOptions, resume, run, type TaskDefinition } from 'tintype';
import { textCodec } from '../../src/journal/codec/text-codec.ts';
import { MemoryStore } from '../helpers/memory-store.ts';
import { SteppedClock, settle, withTime } from '../helpers/simulated-time.ts';

/** Runs a task that can be undone, of which the executor fails each attempt, and returns whether it was undone. */
async function undoneAfter(error: unknown, options: RunOptions = {}) {
  const undone: unknown[] = [];
  const tasks: TaskDefinition[] = [
    { name: 'a', run: () => {}, undo: (_, { outcome }) => void undone.push(outcome.state) },
    { name: 'last', dependencies: ['a'], run: () => {} },
  ];
  const executor: Executor = (request) => (request.undo === undefined ? Promise.reject(error) : request.run());
  const result = await run(tasks, { maxRetries: 0, executor, ...options });
  return { ...result, undone };
}

const { proxy, revoke } = Proxy.revocable({}, {});
revoke();

for (const [what, error, undo] of [
  ['with `mayHaveActed: true`', Object.assign(new Error('lost'), { mayHaveActed: true }), 'done'],
  ['without a mark', new Error('lost'), 'none'],
  ['with another mark', Object.assign(new Error('lost'), { mayHaveActed: 'yes' }), 'none'],
  ['that is null', null, 'none'],
  ['that can’t be read', proxy, 'none'],
] as const) {
  test(`undo after an executor’s error ${what}: ${undo}`, async (t) => {
    const result = await undoneAfter(error);
    t.is(result.undo, undo);
    t.deepEqual(result.undone, undo === 'done' ? ['failed'] : []);
  });
}

test('an attempt that may have acted counts even if later ones only throw', async (t) => {
  let attempts = 0;
  const mark = {
    get mayHaveActed() {
      attempts += 1;
      return attempts === 1;
    },
  };
  t.is((await undoneAfter(mark, { maxRetries: 2, backoff: 0, retryIf: true })).undo, 'done');
});

test('an attempt that timed out may have acted, even if `retryIf` then throws', async (t) => {
  const clock = new SteppedClock();
  const undone: string[] = [];
  const task: TaskDefinition = {
    name: 'a',
    timeout: 5,
    run: (_, { signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve)),
    retryIf: () => {
      throw new Error('undecided');
    },
    undo: (_, { task: name }) => void undone.push(name),
  };
  const result = await withTime(clock, run([task], { clock }));
  t.like(result.failures, [{ reason: 'exception', error: { code: 'RETRY_POLICY', mayHaveActed: true } }]);
  t.deepEqual(undone, ['a']);
});

for (const isInterrupted of [false, true]) {
  const what = isInterrupted ? 'was interrupted, and counts as failed' : 'was lost by its executor';
  test(`a resumed job undoes a task if an attempt ${what}, even if later ones throw`, async (t) => {
    const clock = new SteppedClock();
    let store = Object.assign(new MemoryStore(), { codec: textCodec });
    const undone: string[] = [];
    const task: TaskDefinition = {
      name: 'a',
      maxRetries: 1,
      backoff: 3_600_000,
      run: () => {},
      undo: (_, { outcome }) => void undone.push(outcome.state),
    };
    const resumed = (executor: Executor) => resume([task], 'job', { store, executor, clock, countInterrupted: isInterrupted });
    const lost: Executor = () => Promise.reject(Object.assign(new Error('lost'), { mayHaveActed: true }));
    const hanging: Executor = () => new Promise(() => {});
    let job = run([task], { id: 'job', store, clock, executor: isInterrupted ? hanging : lost });
    if (isInterrupted) {
      await settle();
      store = Object.assign(store.crash(), { codec: textCodec });
      job = resumed(hanging);
    }
    await settle();
    t.is(job.snapshot().tasks.get('a')?.state, 'backingOff');
    job.suspend();
    await job;
    const failing: Executor = ({ undo, run: call }) => (undo === undefined ? Promise.reject(new Error('boom')) : call());
    const result = await withTime(clock, resumed(failing));
    t.like(result, { state: 'failed', undo: 'done', failures: [{ error: { message: 'boom' } }] });
    t.deepEqual(undone, ['failed']);
  });
}
