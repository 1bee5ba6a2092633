import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { threadId } from 'node:worker_threads';
import test from 'ava';
import { run, type TaskDefinition, workflow } from 'tintype';
import { WorkerThreadsClosedError, workerThreads } from 'tintype/worker-threads';
import { settle } from '../../helpers/simulated-time.ts';
import { atWork, letGo, makeBoard, threadsFor, until } from './at-work.ts';

const meetings = (count: number): TaskDefinition[] =>
  Array.from({ length: count }, (_, index) => ({ name: `t${index}`, maxRetries: 0, run: atWork('meet') }));

test('as many attempts run in threads as there are threads, and no more', async (t) => {
  const { executor } = threadsFor(t, { maxThreads: 2 });
  const board = makeBoard();
  const job = run(meetings(6), { context: { board }, executor });
  await until(() => Atomics.load(board, 0) === 2);
  letGo(board);
  t.is((await job).state, 'completed');
  t.is(Atomics.load(board, 1), 2);
});

test('two jobs share the threads of one executor', async (t) => {
  const { executor } = threadsFor(t, { maxThreads: 2 });
  const board = makeBoard();
  const jobs = [run(meetings(1), { context: { board }, executor }), run(meetings(2), { context: { board }, executor })];
  await until(() => Atomics.load(board, 0) === 2);
  letGo(board);
  t.deepEqual(
    (await Promise.all(jobs)).map(({ state }) => state),
    ['completed', 'completed'],
  );
  t.is(Atomics.load(board, 1), 2);
});

test('an idle thread is used again', async (t) => {
  const { executor } = threadsFor(t, { maxThreads: 4 });
  const where = workflow('where').task({ name: 'where', run: atWork('default') });
  const { thread } = await run(where, { executor }).unwrap();
  t.is((await run(where, { executor }).unwrap()).thread, thread);
});

test('tasks that are not made by `inThread` run in process', async (t) => {
  const { executor } = threadsFor(t);
  const flow = workflow('flow')
    .task({ name: 'local', run: () => ({ local: threadId }) })
    .task({ name: 'away', dependencies: ['local'], run: atWork('default') });
  const { local, inThread } = await run(flow, { executor }).unwrap();
  t.deepEqual([local, inThread], [threadId, true]);
});

test('a job that a task starts has the same threads', async (t) => {
  const { executor } = threadsFor(t);
  const inner = workflow('inner').task({ name: 'where', run: atWork('default') });
  const outer = workflow('outer').task({ name: 'outer', run: () => run(inner) });
  t.true((await run(outer, { executor }).unwrap()).inThread);
});

test('messages that the code of a thread sends by itself are no answers', async (t) => {
  const { executor } = threadsFor(t);
  t.like(await run([{ name: 'post', run: atWork('postOwnMessages') }], { executor }), { context: { own: true } });
});

test('close ends what runs and what waits, and what comes later fails', async (t) => {
  const threads = threadsFor(t);
  const board = makeBoard();
  const job = run(
    meetings(2).map((task) => ({ ...task, continueOnFailure: true })),
    {
      context: { board },
      executor: threads.executor,
    },
  );
  await until(() => Atomics.load(board, 0) === 1);
  await Promise.all([threads.close(), threads.close()]);
  const { state, tasks } = await job;
  await job.drained;
  t.is(state, 'completed');
  for (const { error } of tasks.values()) {
    t.true(error instanceof WorkerThreadsClosedError);
    t.like(error, { code: 'WORKER_THREADS_CLOSED', message: 'The worker threads are closed' });
  }
  const late = await run(meetings(1), { context: { board }, executor: threads.executor });
  t.true(late.state === 'failed' && late.failure.error instanceof WorkerThreadsClosedError);
  t.is(Atomics.load(board, 0), 1);
});

test('threads are closed when the block is left', async (t) => {
  const board = makeBoard();
  let job: ReturnType<typeof run>;
  {
    await using threads = workerThreads({ maxThreads: 1 });
    job = run(meetings(1), { context: { board }, executor: threads.executor });
    await until(() => Atomics.load(board, 0) === 1);
  }
  t.like(await job, { state: 'failed', failure: { error: { code: 'WORKER_THREADS_CLOSED' } } });
});

test('a thread that is given up while it starts harms nobody', async (t) => {
  const { executor } = threadsFor(t);
  const job = run([{ name: 'where', run: atWork('default') }], { executor });
  await settle();
  job.cancel();
  await job.drained;
  t.is((await run([{ name: 'where', run: atWork('default') }], { executor })).state, 'completed');
});

test('idle threads do not keep the process', async (t) => {
  const file = new URL('./leaves-threads-open.ts', import.meta.url);
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import=tsx', file.pathname]);
  t.deepEqual([stdout, stderr], ['3\n', '']);
});
