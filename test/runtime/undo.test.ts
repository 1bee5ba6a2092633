import test from 'ava';
import {
  type Interpreter,
  type JobEvent,
  type JobResult,
  type RunOptions,
  run,
  type TaskDefinition,
  type UndoExecution,
} from 'tintype';
import { type Deferred, deferred } from '../helpers/deferred.ts';
import { SteppedClock, settle } from '../helpers/simulated-time.ts';

const boom = new Error('boom');
const fail = () => {
  throw boom;
};

const statesOf = ({ tasks }: JobResult) => Object.fromEntries(Array.from(tasks.values(), ({ task, state }) => [task, state]));

interface Undone {
  readonly task: string;
  readonly context: object;
  readonly execution: UndoExecution;
}

/** Tasks whose functions return at once, and the calls of their undos. */
function recorder() {
  const undone: Undone[] = [];
  const undo = (context: object, execution: UndoExecution) => {
    undone.push({ task: execution.task, context: { ...context }, execution });
  };
  const task = (name: string, dependencies: readonly string[] = [], more: Partial<TaskDefinition> = {}): TaskDefinition => ({
    name,
    dependencies,
    run: () => ({ [name]: name.toUpperCase() }),
    undo,
    ...more,
  });
  return { undone, undo, task, names: () => undone.map(({ task: name }) => name) };
}

const OPTIONS = { maxRetries: 0, backoff: 0 } as const;

for (const interpreter of ['compiled', 'xstate'] as const satisfies readonly Interpreter[]) {
  const start = (tasks: readonly TaskDefinition[], options: RunOptions = {}) =>
    run(tasks, { ...OPTIONS, interpreter, ...options });

  test(`what completed is undone in reverse order, through tasks without an undo (${interpreter})`, async (t) => {
    const { task, names } = recorder();
    const result = await start([
      task('a'),
      task('b', ['a'], { undo: undefined }),
      task('c', ['b']),
      task('d', ['a']),
      { name: 'e', dependencies: ['c', 'd'], run: fail },
    ]);
    t.deepEqual(names(), ['d', 'c', 'a']);
    t.is(result.state, 'failed');
    t.is(result.undo, 'done');
    t.deepEqual(statesOf(result), { a: 'undone', b: 'completed', c: 'undone', d: 'undone', e: 'failed' });
    t.deepEqual<object, object>(result.context, { a: 'A', b: 'B', c: 'C', d: 'D' });
  });

  test(`an undo gets the context of the task, how it ended, and keys (${interpreter})`, async (t) => {
    const { task, undone } = recorder();
    await start([task('a'), task('b', ['a']), { name: 'c', dependencies: ['b'], run: fail }], { id: 'job 1' });
    const [{ context, execution }] = undone as [Undone];
    t.deepEqual(context, { a: 'A' });
    t.deepEqual(execution.outcome, { state: 'completed', output: { b: 'B' } });
    t.is(execution.forwardKey, 'job%201/b');
    t.is(execution.idempotencyKey, 'job%201/b/undo');
    t.is(execution.attemptKey, 'job%201/b/undo/1');
    t.is(execution.attempt, 1);
    t.false(execution.signal.aborted);
    t.true(Object.keys(execution).includes('outcome'));
  });

  test(`the events of an undo lead from state to state (${interpreter})`, async (t) => {
    const { task } = recorder();
    const events: JobEvent[] = [];
    let isFirst = true;
    const undo = () => {
      if (isFirst) {
        isFirst = false;
        throw boom;
      }
    };
    await start(
      [task('a', [], { undo: { run: undo, maxRetries: 1, backoff: 0 } }), { name: 'b', dependencies: ['a'], run: fail }],
      {
        onEvent: (event) => events.push(event),
      },
    );
    t.deepEqual(
      events
        .slice(events.findIndex(({ to }) => to === 'undoing'))
        .map(({ type, from, to, ...event }) => [
          type,
          from,
          to,
          'step' in event && event.step,
          'attempt' in event && event.attempt,
        ]),
      [
        ['job.undoing', 'running', 'undoing', false, false],
        ['task.undoing', 'completed', 'undoing', 'ready', 0],
        ['task.undoing', 'undoing', 'undoing', 'running', 1],
        ['task.undoing', 'undoing', 'undoing', 'ready', 1],
        ['task.undoing', 'undoing', 'undoing', 'running', 2],
        ['task.undone', 'undoing', 'undone', false, 2],
        ['job.failed', 'undoing', 'failed', false, false],
      ],
    );
    t.like(
      events.find(({ type }) => type === 'job.undoing'),
      { ending: 'failed' },
    );
    t.like(events.filter(({ type }) => type === 'task.undoing')[2], { reason: 'exception', error: boom });
  });

  test(`an attempt that may have had an effect is undone, one that threw is not (${interpreter})`, async (t) => {
    const clock = new SteppedClock();
    const { task, undone, names } = recorder();
    const never = () => new Promise<undefined>(() => {});
    const job = start(
      [
        task('threw', [], { run: fail, continueOnFailure: true }),
        task('garbage', [], { run: () => 5, continueOnFailure: true }),
        task('timedOut', [], { run: never, timeout: 10, continueOnFailure: true }),
        task('running', [], { run: never, undo: { run: undoOf(() => undone), timeout: 50 } }),
        task('waiting', ['running']),
      ],
      { clock },
    );
    await settle();
    clock.increment(10);
    await settle();
    job.cancel();
    await settle();
    clock.increment(60_000);
    const result = await job;
    t.deepEqual(names().sort(), ['garbage', 'running', 'timedOut']);
    t.deepEqual(statesOf(result), {
      threw: 'failed',
      garbage: 'undone',
      timedOut: 'undone',
      running: 'undone',
      waiting: 'skipped',
    });
    t.deepEqual(undone.find(({ task: name }) => name === 'running')?.execution.outcome, { state: 'cancelled' });
    t.is(undone.find(({ task: name }) => name === 'timedOut')?.execution.outcome.state, 'failed');
  });

  test(`if an undo fails, what the task depends on is left as it is, and the rest is undone (${interpreter})`, async (t) => {
    const { task, names } = recorder();
    const result = await start([
      task('a'),
      task('b', ['a'], { undo: fail }),
      task('other'),
      { name: 'c', dependencies: ['b', 'other'], run: fail },
    ]);
    t.deepEqual(names(), ['other']);
    t.is(result.undo, 'incomplete');
    t.deepEqual(statesOf(result), { a: 'completed', b: 'undoFailed', other: 'undone', c: 'failed' });
    t.like(result.failures, [{ task: 'c' }, { task: 'b', error: boom, attempts: 1, isUndo: true }]);
    t.like(result.tasks.get('b'), { state: 'undoFailed', undo: { attempts: 1, error: boom, reason: 'exception' } });
  });

  test(`an undo waits for the aborted function, but not for longer than its timeout (${interpreter})`, async (t) => {
    const clock = new SteppedClock();
    const { task, names } = recorder();
    const pending: Record<string, Deferred<object | undefined>> = { quick: deferred(), slow: deferred() };
    const work = (name: string) => task(name, [], { run: () => pending[name]?.promise });
    const job = start([work('quick'), { ...work('slow'), undo: { run: undoOf(() => []), timeout: 100 } }], { clock });
    await settle();
    job.cancel();
    await settle();
    t.deepEqual(names(), []);
    t.is(job.snapshot().state, 'undoing');
    pending.quick?.resolve(undefined);
    await settle();
    t.deepEqual(names(), ['quick']);
    t.is(job.snapshot().tasks.get('slow')?.state, 'cancelled');
    clock.increment(100);
    const result = await job;
    t.deepEqual(statesOf(result), { quick: 'undone', slow: 'undone' });
    pending.slow?.resolve(undefined);
  });

  test(`an undo times out after 60 s unless it sets a timeout (${interpreter})`, async (t) => {
    const clock = new SteppedClock();
    const { task } = recorder();
    const signals: AbortSignal[] = [];
    const undo = (_: object, { signal }: UndoExecution) => {
      signals.push(signal);
      return new Promise(() => {});
    };
    const job = start([task('a', [], { undo }), { name: 'b', dependencies: ['a'], run: fail }], { clock });
    await settle();
    clock.increment(59_999);
    await settle();
    t.false(signals[0]?.aborted);
    clock.increment(1);
    const result = await job;
    t.true(signals[0]?.aborted);
    t.is(result.tasks.get('a')?.state, 'undoFailed');
    t.is(result.tasks.get('a')?.undo?.reason, 'timedOut');
  });

  test(`nothing is undone in a job that completes, nor before an end that \`undo\` excludes (${interpreter})`, async (t) => {
    const { task, names } = recorder();
    const failing = [task('a'), { name: 'b', dependencies: ['a'], run: fail }];
    const results = await Promise.all([
      start([task('a')]),
      start(failing, { undo: false }),
      start(failing, { undo: ['cancelled', 'timedOut'] }),
    ]);
    t.deepEqual(names(), []);
    t.deepEqual(
      results.map(({ undo }) => undo),
      ['none', 'none', 'none'],
    );
    t.is((await start(failing, { undo: ['failed'] })).undo, 'done');
  });

  test(`undos keep to the slots, and a cancel meanwhile changes nothing (${interpreter})`, async (t) => {
    const { task } = recorder();
    const pending = [deferred(), deferred()];
    let calls = 0;
    const undo = () => {
      calls += 1;
      return pending[calls - 1]?.promise;
    };
    const job = start([task('a', [], { undo }), task('b', [], { undo }), { name: 'c', dependencies: ['a', 'b'], run: fail }], {
      maxConcurrency: 1,
    });
    await settle();
    t.is(calls, 1);
    t.deepEqual(job.why('b'), { state: 'undoing', step: 'running', attempts: 1 });
    t.deepEqual(job.why('a'), { state: 'undoing', step: 'ready', attempts: 0, place: 1 });
    job.cancel();
    await settle();
    t.is(calls, 1);
    pending[0]?.resolve(undefined);
    await settle();
    t.is(calls, 2);
    pending[1]?.resolve(undefined);
    const result = await job;
    t.is(result.state, 'failed');
    t.is(result.undo, 'done');
  });
}

/** An undo that adds itself to a list. */
const undoOf =
  (list: () => Undone[]) =>
  (context: object, execution: UndoExecution): void => {
    list().push({ task: execution.task, context, execution });
  };

test('the ends before which tasks are undone are copied', async (t) => {
  const { task, names } = recorder();
  const undo: ('failed' | 'cancelled')[] = ['failed'];
  const job = run([task('a'), { name: 'b', dependencies: ['a'], run: fail }], { maxRetries: 0, undo });
  undo[0] = 'cancelled';
  await job;
  t.deepEqual(names(), ['a']);
});

test('an undo that returns a job fails unless that job completes', async (t) => {
  const { task } = recorder();
  const undoing = (...tasks: TaskDefinition[]) =>
    run([task('a', [], { undo: () => run(tasks) }), { name: 'b', dependencies: ['a'], run: fail }], { maxRetries: 0 });
  const done = await undoing({ name: 'refund', run: () => ({ refunded: true }) });
  t.is(done.undo, 'done');
  const failed = await undoing({ name: 'refund', maxRetries: 0, run: fail });
  t.is(failed.undo, 'incomplete');
  t.like(failed.tasks.get('a')?.undo, { reason: 'exception', error: { name: 'JobFailedError', cause: boom } });
});

test('an undo is a function, or an object with one', async (t) => {
  const { task } = recorder();
  const message = (undo: unknown) => t.throws(() => run([task('a', [], { undo: undo as never })]))?.message;
  t.is(message(5), 'Task `a`: `undo` must be a function, or an object with a function `run`, got 5');
  t.is(message({}), 'Task `a`: `undo.run` must be a function, got undefined');
  t.is(
    message({ run: fail, timeout: 0 }),
    'Task `a`: `undo.timeout` must be an integer from 1 to 2147483647 (milliseconds), got 0',
  );
  t.regex(message({ run: fail, backoff: { initial: -1 } }) ?? '', /^Task `a`: `undo.backoff.initial` must be an integer/);
  t.regex(message({ run: fail, name: 'b' }) ?? '', /there is no option `undo.name`/);
});
