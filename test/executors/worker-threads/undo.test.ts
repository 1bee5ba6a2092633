import test from 'ava';
import { run, type TaskDefinition, workflow } from 'tintype';
import { inThread, NotCloneableError } from 'tintype/worker-threads';
import { SimulatedClock } from 'xstate';
import { atWork, MODULE, makeBoard, threadsFor, until } from './at-work.ts';
import type { noteUndo } from './work.ts';

const boom = { name: 'boom', maxRetries: 0, run: () => Promise.reject(new Error('boom')) } as const;

/** What a thread wrote on a board. */
const written = (board: Int32Array): unknown =>
  JSON.parse(new TextDecoder().decode(Uint8Array.from(new Uint8Array(board.buffer, 8, Atomics.load(board, 1)))));

test('an undo in a thread receives how its task ended, its output and keys; its return value is ignored', async (t) => {
  const { executor } = threadsFor(t);
  const board = makeBoard();
  const flow = workflow<{ board: Int32Array }>('flow')
    .task({ name: 'first', run: () => ({ key: 'of first' }) })
    .task({
      name: 'a',
      dependencies: ['first'],
      run: () => ({ key: 'of a', list: [1] }),
      undo: inThread<typeof noteUndo>({ module: MODULE, export: 'noteUndo' }),
    })
    .task({ ...boom, dependencies: ['a'] });
  const { undo } = await run(flow, { id: 'job', executor, context: { board } });
  t.is(undo, 'done');
  t.deepEqual(written(board), {
    context: { key: 'of first' },
    forwardKey: 'job/a',
    idempotencyKey: 'job/a/undo',
    attemptKey: 'job/a/undo/1',
    job: 'job',
    task: 'a',
    attempt: 1,
    outcome: { state: 'completed', output: { key: 'of a', list: [1] } },
  });
});

test('an undo in a thread gets the error of a task that may have had an effect, or that it was cancelled', async (t) => {
  const { executor } = threadsFor(t);
  const boards = [makeBoard(), makeBoard()] as const;
  const undoing = (board: Int32Array, task: Partial<TaskDefinition>) =>
    run([{ name: 'a', maxRetries: 0, run: () => new Promise(() => {}), undo: atWork('noteUndo'), ...task }], {
      executor,
      context: { board },
    });
  await undoing(boards[0], { run: () => [] });
  const cancelled = undoing(boards[1], {
    run: (_, { signal }) => {
      setImmediate(() => cancelled.cancel());
      return new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
  });
  t.is((await cancelled).undo, 'done');
  t.like(written(boards[0]), {
    outcome: {
      state: 'failed',
      error: ['InvalidResultError: Task `a` must return a plain object or nothing, but returned an array', false],
    },
  });
  t.like(written(boards[1]), { outcome: { state: 'cancelled' } });
});

test('an undo that fails in a thread is retried by its own options', async (t) => {
  const { executor } = threadsFor(t);
  const asked: unknown[] = [];
  const undo = {
    run: atWork('failToUndo'),
    maxRetries: 5,
    backoff: 0,
    retryIf: (error: unknown) => asked.push((error as { code: unknown }).code) < 3,
  };
  const tasks = [
    { name: 'a', run: () => {}, undo },
    { ...boom, dependencies: ['a'] },
  ];
  const { undo: undone, failures } = await run(tasks, { executor });
  t.is(undone, 'incomplete');
  t.deepEqual(asked, [1, 2, 3]);
  t.like(failures[1], { task: 'a', isUndo: true, attempts: 3, error: { message: 'undo 3' } });
});

test('an undo in an endless loop is stopped by its timeout', async (t) => {
  const { executor } = threadsFor(t);
  const [clock, board] = [new SimulatedClock(), makeBoard()];
  const undo = { run: atWork('spin'), timeout: 20, maxRetries: 0 };
  const tasks = [
    { name: 'a', run: () => {}, undo },
    { ...boom, dependencies: ['a'] },
  ];
  const job = run(tasks, { executor, clock, context: { board } });
  await until(() => Atomics.load(board, 0) > 0);
  clock.increment(20);
  t.like(await job, { state: 'failed', undo: 'incomplete' });
  await job.drained;
  const next = await run(workflow('next').task({ name: 'where', run: atWork('default') }), { executor }).unwrap();
  t.not(next.thread, Atomics.load(board, 1));
});

test('a finally task in a thread gets how the job ends, and the outcomes of its dependencies', async (t) => {
  const { executor } = threadsFor(t);
  const flow = workflow('flow')
    .task({ name: 'a', run: () => ({ a: 1 }) })
    .task({ ...boom, dependencies: ['a'] })
    .task({ name: 'first', finally: true, run: () => {} })
    .task({ name: 'last', dependencies: [{ settled: 'first' }], finally: true, run: atWork('endingOf') });
  const { context } = await run(flow, { executor });
  t.deepEqual(context.seen, {
    keys: ['a'],
    state: 'failed',
    failed: 'boom',
    error: 'Error: boom',
    isFrozen: true,
    outcomes: [['first', { state: 'completed' }]],
  });
});

for (const [what, context, input, path] of [
  ['the output', {}, undefined, 'outcome.output.deep.f'],
  ['the context', { g: test }, undefined, 'context.g'],
  ['the input', { g: test }, ({ g }: { g: unknown }) => ({ g }), 'input.g'],
] as const) {
  test(`${what} of an undo that can't be sent to a thread is refused with its place`, async (t) => {
    const { executor } = threadsFor(t);
    const undo = { run: inThread({ module: MODULE, export: 'failToUndo', input: input as never }), maxRetries: 0 };
    const tasks = [
      { name: 'a', run: () => ({ deep: { f: test } }), undo },
      { ...boom, dependencies: ['a'] },
    ];
    const { failures } = await run(tasks, { executor, context });
    t.true(failures[1]?.error instanceof NotCloneableError);
    t.like(failures[1]?.error, { task: 'a', path });
  });
}

for (const [what, name, context, undo] of [
  ['whose thread crashed', 'crash', { kind: 'exit' }, 'done'],
  ['that returned what can’t be sent', 'uncloneable', {}, 'done'],
  ['that threw', 'fail', {}, 'none'],
] as const) {
  test(`undo of a task ${what}: ${undo}`, async (t) => {
    const { executor } = threadsFor(t);
    const tasks = [{ name: 'a', maxRetries: 0, run: atWork(name), undo: () => {} }];
    t.is((await run(tasks, { executor, context })).undo, undo);
  });
}

test('a task whose context can’t be sent to a thread has done nothing, and isn’t undone', async (t) => {
  const { executor } = threadsFor(t);
  const tasks = [{ name: 'a', maxRetries: 0, run: atWork('keysOf'), undo: () => {} }];
  t.is((await run(tasks, { executor, context: { f: test } })).undo, 'none');
});
