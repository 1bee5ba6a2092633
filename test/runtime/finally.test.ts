import test from 'ava';
import { type Interpreter, type JobEnding, type JobResult, type RunOptions, run, type TaskDefinition } from 'tintype';
import { deferred } from '../helpers/deferred.ts';
import { SteppedClock, settle } from '../helpers/simulated-time.ts';

const boom = new Error('boom');
const nothing = () => {};
const fail = () => {
  throw boom;
};

const statesOf = ({ tasks }: JobResult) => Object.fromEntries(Array.from(tasks.values(), ({ task, state }) => [task, state]));

for (const interpreter of ['compiled', 'xstate'] as const satisfies readonly Interpreter[]) {
  const start = (tasks: readonly TaskDefinition[], options: RunOptions = {}) =>
    run(tasks, { maxRetries: 0, interpreter, ...options });

  test(`finally tasks run after everything else, however the job ends (${interpreter})`, async (t) => {
    const clock = new SteppedClock();
    const order: string[] = [];
    const endings: JobEnding[] = [];
    const call = (name: string, work: () => unknown = nothing) => ({
      name,
      run: () => {
        order.push(name);
        return work();
      },
      undo: () => {
        order.push(`undo ${name}`);
      },
    });
    const tasks = (work: () => unknown): TaskDefinition[] => [
      {
        name: 'report',
        finally: true,
        run: (_, execution) => {
          order.push('report');
          endings.push((execution as unknown as { ending: JobEnding }).ending);
        },
      },
      call('a'),
      { ...call('b', work), dependencies: ['a'], undo: undefined },
    ];
    const never = () => new Promise<undefined>(() => {});
    const completed = await start(tasks(nothing));
    const failed = await start(tasks(fail));
    const cancelling = start(tasks(never));
    await settle();
    cancelling.cancel('why');
    const cancelled = await cancelling;
    const timingOut = start(tasks(never), { clock, timeout: 5 });
    await settle();
    clock.increment(5);
    const timedOut = await timingOut;
    t.deepEqual(
      [completed, failed, cancelled, timedOut].map(({ state }) => state),
      ['completed', 'failed', 'cancelled', 'timedOut'],
    );
    t.deepEqual(order, ['a', 'b', 'report', ...Array(3).fill(['a', 'b', 'undo a', 'report']).flat()]);
    t.like(endings, [
      { state: 'completed' },
      { state: 'failed', failure: { task: 'b', error: boom } },
      { state: 'cancelled' },
      { state: 'timedOut' },
    ]);
  });

  test(`a finally task sees what all tasks returned, and those finally tasks it depends on (${interpreter})`, async (t) => {
    const seen: object[] = [];
    const see = (name: string, dependencies: readonly string[] = []): TaskDefinition => ({
      name,
      dependencies,
      finally: true,
      run: (context) => {
        seen.push({ ...context, read: context.key });
        return { key: name, [name]: 1 };
      },
    });
    await start([
      see('first'),
      see('second', ['first']),
      see('third'),
      { name: 'a', run: () => ({ key: 'a', a: 1 }) },
      { name: 'b', dependencies: ['a'], run: () => ({ key: 'b' }) },
      { name: 'c', dependencies: ['b'], run: fail },
    ]);
    t.deepEqual(seen, [
      { key: 'b', a: 1, read: 'b' },
      { key: 'b', a: 1, read: 'b' },
      { key: 'first', a: 1, first: 1, read: 'first' },
    ]);
  });

  test(`if a finally task fails, a job about to complete fails, and nothing is undone (${interpreter})`, async (t) => {
    let undone = 0;
    const result = await start([
      {
        name: 'a',
        run: nothing,
        undo: () => {
          undone += 1;
        },
      },
      { name: 'report', finally: true, run: fail },
      { name: 'after', finally: true, dependencies: ['report'], run: nothing },
      { name: 'anyhow', finally: true, dependencies: [{ settled: 'report' }], run: nothing },
      { name: 'other', finally: true, run: nothing },
    ]);
    t.is(result.state, 'failed');
    t.is(undone, 0);
    t.deepEqual(statesOf(result), {
      a: 'completed',
      report: 'failed',
      after: 'skipped',
      anyhow: 'completed',
      other: 'completed',
    });
    t.like(result.failures, [{ task: 'report', error: boom }]);
    const tolerated = await start([
      { name: 'a', run: nothing },
      { name: 'report', finally: true, continueOnFailure: true, run: fail },
    ]);
    t.is(tolerated.state, 'completed');
    const listed = await start([
      { name: 'a', run: fail },
      { name: 'report', finally: true, run: fail },
    ]);
    t.like(listed.failures, [{ task: 'a' }, { task: 'report' }]);
  });

  test(`a finally task times out after 60 s, whatever the timeout of the job, and a cancel doesn't stop it (${interpreter})`, async (t) => {
    const clock = new SteppedClock();
    const never = () => new Promise<undefined>(() => {});
    const tasks = [
      { name: 'a', run: nothing },
      { name: 'report', finally: true, run: never },
    ];
    const job = start(tasks, { clock, timeout: 1000 });
    await settle();
    t.is(job.snapshot().state, 'finishing');
    clock.increment(1000);
    job.cancel();
    await settle();
    t.is(job.snapshot().state, 'finishing');
    clock.increment(59_000);
    const result = await job;
    t.is(result.state, 'failed');
    t.is(result.tasks.get('report')?.reason, 'timedOut');
  });

  test(`a job cancelled before it starts skips its finally tasks (${interpreter})`, async (t) => {
    const job = start([
      { name: 'a', run: nothing },
      { name: 'report', finally: true, run: nothing },
    ]);
    job.cancel();
    const result = await job;
    t.is(result.state, 'cancelled');
    t.deepEqual(statesOf(result), { a: 'skipped', report: 'skipped' });
  });

  test(`finally tasks have their own slots, conditions and retries (${interpreter})`, async (t) => {
    const pending = [deferred(), deferred()];
    let calls = 0;
    const work = () => {
      calls += 1;
      if (calls === 1) {
        throw boom;
      }
      return pending[calls - 2]?.promise;
    };
    const job = start(
      [
        { name: 'a', run: () => ({ a: 1 }) },
        { name: 'one', finally: true, maxRetries: 1, backoff: 0, run: work },
        { name: 'two', finally: true, run: work },
        { name: 'never', finally: true, when: ({ a }) => a === 2, run: work },
      ],
      { maxConcurrency: 1 },
    );
    await settle();
    t.is(calls, 2);
    pending[0]?.resolve(undefined);
    await settle();
    t.is(calls, 3);
    pending[1]?.resolve(undefined);
    const result = await job;
    t.deepEqual(statesOf(result), { a: 'completed', one: 'completed', two: 'completed', never: 'skipped' });
    t.is(result.state, 'completed');
  });
}

test('finally tasks depend only on each other, and have no undo', (t) => {
  const problems = (tasks: readonly TaskDefinition[]) =>
    (t.throws(() => run(tasks)) as unknown as { problems: { message: string }[] }).problems.map(({ message }) => message);
  t.deepEqual(
    problems([
      { name: 'a', run: nothing, dependencies: ['report'] },
      { name: 'b', run: nothing },
      { name: 'report', finally: true, run: nothing, dependencies: [{ settled: 'b' }], undo: nothing },
    ]),
    [
      "Task `a` can't depend on `report`, which is a finally task",
      "Task `report` is a finally task, so it can't depend on `b`, which isn't one",
      "Task `report` is a finally task, so it can't have an `undo`",
    ],
  );
});
