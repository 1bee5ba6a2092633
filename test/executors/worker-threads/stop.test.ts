import { MessagePort } from 'node:worker_threads';
import test from 'ava';
import { run, workflow } from 'tintype';
import { inThread } from 'tintype/worker-threads';
import { SimulatedClock } from 'xstate';
import { settle } from '../../helpers/simulated-time.ts';
import { atWork, letGo, MODULE, makeBoard, threadsFor, until } from './at-work.ts';

const LONG = 2 ** 31 - 1;

const spinning = workflow<{ board: Int32Array }>('spinning')
  .task({ name: 'spin', timeout: 100, maxRetries: 0, continueOnFailure: true, run: atWork('spin') })
  .task({ name: 'other', run: atWork('default') })
  .task({ name: 'local', dependencies: ['other'], run: () => ({ local: true }) });

test('an endless loop is stopped by the timeout of its attempt, and the rest of the job goes on', async (t) => {
  const { executor } = threadsFor(t, { maxThreads: 2 });
  const [clock, board] = [new SimulatedClock(), makeBoard()];
  const job = run(spinning, { context: { board }, executor, clock });
  await until(() => Atomics.load(board, 0) > 0 && job.snapshot().tasks.get('local')?.state === 'completed');
  clock.increment(100);
  const { state, tasks } = await job;
  t.is(state, 'completed');
  t.like(tasks.get('spin'), { state: 'failed', reason: 'timedOut', attempts: 1 });
  await job.drained;
  t.is(await turnsOf(board), 0);
});

test('an endless loop is stopped by a cancel, and the next attempt gets a fresh thread', async (t) => {
  const { executor } = threadsFor(t);
  const board = makeBoard();
  const job = run([{ name: 'spin', run: atWork('spin') }], { context: { board }, executor });
  await until(() => Atomics.load(board, 0) > 0);
  job.cancel('enough');
  t.is((await job).state, 'cancelled');
  await job.drained;
  t.is(await turnsOf(board), 0);
  const next = await run(workflow('next').task({ name: 'where', run: atWork('default') }), { executor }).unwrap();
  t.true(next.inThread);
  t.not(next.thread, Atomics.load(board, 1));
});

test('what waits for the thread of an endless loop runs when that has ended', async (t) => {
  const { executor } = threadsFor(t);
  const board = makeBoard();
  const job = run([{ name: 'spin', run: atWork('spin') }], { context: { board }, executor });
  await until(() => Atomics.load(board, 0) > 0);
  const waiting = run(workflow('waiting').task({ name: 'where', run: atWork('default') }), { executor });
  await settle();
  job.cancel();
  t.true((await waiting.unwrap()).inThread);
  t.is(await turnsOf(board), 0);
});

test('a job is not drained before the thread of its endless loop has ended', async (t) => {
  const { executor } = threadsFor(t, { grace: LONG });
  const threads = threadsFor(t, { grace: 1 });
  const boards = [makeBoard(), makeBoard()];
  const jobs = [executor, threads.executor].map((executor, index) =>
    run([{ name: 'spin', run: atWork('spin') }], { context: { board: boards[index] }, executor }),
  );
  await until(() => boards.every((board) => Atomics.load(board, 0) > 0));
  const drained: number[] = [];
  for (const [index, job] of jobs.entries()) {
    void job.drained.then(() => drained.push(index));
    job.cancel();
  }
  await jobs[1]?.drained;
  // The first has a grace of weeks.
  t.deepEqual(drained, [1]);
  const [endless] = boards as [Int32Array];
  const before = Atomics.load(endless, 0);
  await t.notThrowsAsync(until(() => Atomics.load(endless, 0) > before));
});

test('a busy loop sees that its attempt is over, and its thread stays', async (t) => {
  const { executor } = threadsFor(t, { grace: LONG });
  const board = makeBoard();
  const job = run([{ name: 'spin', run: atWork('spinWhileActive') }], { context: { board }, executor });
  await until(() => Atomics.load(board, 0) > 0);
  job.cancel();
  await job.drained;
  t.is(Atomics.load(board, 1), 1, 'its signal can only abort when it gives way');
  const where = workflow('next').task({ name: 'where', run: atWork('default') });
  const [first, second] = [await run(where, { executor }).unwrap(), await run(where, { executor }).unwrap()];
  t.is(first.thread, second.thread);
});

test('the signal of a function in a thread aborts with the reason', async (t) => {
  const { executor } = threadsFor(t, { grace: LONG });
  const [clock, board] = [new SimulatedClock(), makeBoard()];
  const task = { name: 'wait', timeout: 20, maxRetries: 0, run: atWork('untilAbort') };
  const job = run([task], { context: { board }, executor, clock });
  await until(() => Atomics.load(board, 0) > 0);
  clock.increment(20);
  await job.drained;
  const text = new TextDecoder().decode(Uint8Array.from(new Uint8Array(board.buffer, 8, Atomics.load(board, 1))));
  const message = 'Task `wait` timed out: attempt 1 took longer than 20 ms';
  t.deepEqual(JSON.parse(text), [true, 'TaskTimedOutError', message, 'TASK_TIMED_OUT']);
});

test('an attempt that waits for a thread gives up at once when it is over', async (t) => {
  const { executor } = threadsFor(t);
  const board = makeBoard();
  const meeting = run([{ name: 'meet', run: atWork('meet') }], { context: { board }, executor });
  await until(() => Atomics.load(board, 0) === 1);
  const waiting = run([{ name: 'where', run: atWork('default') }], { executor });
  await settle();
  waiting.cancel();
  await waiting.drained;
  t.is(meeting.snapshot().state, 'running');
  letGo(board);
  t.is((await meeting).state, 'completed');
});

test('a function is not called when its attempt is over before it can be', async (t) => {
  const { executor } = threadsFor(t, { grace: LONG });
  const board = makeBoard();
  const input = () => {
    job.cancel();
    return { board };
  };
  const job = run([{ name: 'spin', run: inThread({ module: MODULE, export: 'spinWhileActive', input }) }], { executor });
  await job.drained;
  t.is(Atomics.load(board, 1), 0);
});

test.serial(
  'a function is active from the start, even if the thread takes the call before `postMessage` returns',
  async (t) => {
    const { executor } = threadsFor(t);
    const boards = [makeBoard(), makeBoard()] as const;
    const flow = workflow<{ board: Int32Array }>('flow').task({ name: 'a', run: atWork('noteActive') });
    // The thread has loaded the function after this, so it needs nothing from the blocked one.
    await run(flow, { executor, context: { board: boards[0] } });
    const { postMessage } = MessagePort.prototype;
    t.teardown(() => {
      MessagePort.prototype.postMessage = postMessage;
    });
    MessagePort.prototype.postMessage = function (...args) {
      postMessage.apply(this, args);
      Atomics.wait(boards[1], 0, 0, 10_000);
    };
    await run(flow, { executor, context: { board: boards[1] } });
    t.is(Atomics.load(boards[1], 0), 1);
  },
);

/** How often a loop has counted since. */
async function turnsOf(board: Int32Array): Promise<number> {
  const before = Atomics.load(board, 0);
  for (let turn = 0; turn < 100; turn += 1) {
    await settle();
  }
  return Atomics.load(board, 0) - before;
}
