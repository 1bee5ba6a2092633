import { once } from 'node:events';
import test from 'ava';
import { run, type TaskDefinition, type TaskFailedEvent, workflow } from 'tintype';
import { WorkerCrashedError } from 'tintype/worker-threads';
import { atWork, letGo, makeBoard, threadsFor, until } from './at-work.ts';
import type { crashes } from './work.ts';

const KINDS: Readonly<Record<keyof typeof crashes, { why: string; exitCode: number; cause?: object }>> = {
  exit: { why: 'it exited with code 3', exitCode: 3 },
  throwInTimer: { why: 'RangeError: in a timer', exitCode: 1, cause: { name: 'RangeError', message: 'in a timer' } },
  rejectUnheard: { why: 'Error: unheard', exitCode: 1, cause: { message: 'unheard' } },
  needMemory: {
    why: 'Error: Worker terminated due to reaching memory limit: JS heap out of memory',
    exitCode: 1,
    cause: { code: 'ERR_WORKER_OUT_OF_MEMORY' },
  },
};

for (const [kind, { why, exitCode, cause }] of Object.entries(KINDS)) {
  test(`a thread that crashes by ${kind} fails its attempt, and no other that runs at the same time`, async (t) => {
    const { executor } = threadsFor(t, { maxThreads: 2, resourceLimits: { maxOldGenerationSizeMb: 32 } });
    const board = makeBoard();
    const tasks: TaskDefinition[] = [
      { name: 'crash', maxRetries: 0, continueOnFailure: true, run: atWork('crash') },
      { name: 'meet', maxRetries: 0, run: atWork('meet') },
    ];
    const job = run(tasks, { context: { board, kind }, executor });
    const failed = await new Promise<TaskFailedEvent>((resolve) => job.on('task.failed', resolve));
    await until(() => Atomics.load(board, 0) === 1);
    letGo(board);
    const result = await job;
    t.is(result.state, 'completed');
    t.like(result.context, { met: true });
    const error = result.tasks.get('crash')?.error;
    t.is(failed.error, error);
    t.true(error instanceof WorkerCrashedError);
    t.like(error, { code: 'WORKER_CRASHED', task: 'crash', exitCode, message: `The thread of task \`crash\` crashed: ${why}` });
    t.is('cause' in (error as Error), cause !== undefined);
    t.like((error as Error).cause ?? { name: 'none' }, cause ?? { name: 'none' });
  });
}

test('an attempt that crashed is repeated in a fresh thread', async (t) => {
  const { executor } = threadsFor(t);
  const flow = workflow('flow').task({ name: 'crash', maxRetries: 1, run: atWork('crashOnce') });
  t.like(await run(flow, { executor, backoff: 0 }), { state: 'completed', context: { attempt: 2 } });
});

test('by default a programming error of a thread is not retried, and a network failure is', async (t) => {
  const { executor } = threadsFor(t);
  const attemptsOf = async (name: 'throwTypeError' | 'failToFetch') =>
    (await run([{ name: 'a', maxRetries: 1, run: atWork(name) }], { executor, backoff: 0 })).tasks.get('a')?.attempts;
  t.is(await attemptsOf('throwTypeError'), 1);
  t.is(await attemptsOf('failToFetch'), 2);
});

test.serial(
  'what an attempt leaves behind can end an idle thread; a warning tells of it, and no attempt is harmed',
  async (t) => {
    const { executor } = threadsFor(t);
    // Neither an idle thread nor a listener keeps the process.
    const keep = setInterval(() => {}, 1000);
    t.teardown(() => clearInterval(keep));
    const warned = once(process, 'warning');
    const leaving = workflow('leaving').task({ name: 'leave', run: atWork('leaveTimer') });
    const { thread } = await run(leaving, { executor }).unwrap();
    t.like(await warned, [{ message: 'left behind' }]);
    const next = await run(workflow('next').task({ name: 'where', run: atWork('default') }), { executor }).unwrap();
    t.not(next.thread, thread);
  },
);
