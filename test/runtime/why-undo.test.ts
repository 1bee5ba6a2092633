import test from 'ava';
import { type Interpreter, run, type TaskDefinition } from 'tintype';
import { deferred } from '../helpers/deferred.ts';
import { SteppedClock, settle, withTime } from '../helpers/simulated-time.ts';

const boom = new Error('boom');
const fail = () => {
  throw boom;
};

for (const interpreter of ['compiled', 'xstate'] as const satisfies readonly Interpreter[]) {
  const start = (tasks: readonly TaskDefinition[], clock = new SteppedClock(), maxConcurrency = 9) =>
    run(tasks, { maxRetries: 0, backoff: 0, clock, maxConcurrency, interpreter });

  test(`why explains which undos a task waits for, and each step of its own (${interpreter})`, async (t) => {
    const pending = [deferred(), deferred()];
    const clock = new SteppedClock();
    let calls = 0;
    const job = start(
      [
        { name: 'a', run: () => {}, undo: () => {} },
        { name: 'between', dependencies: ['a'], run: () => {} },
        {
          name: 'b',
          dependencies: ['between'],
          run: () => {},
          undo: {
            run: () => {
              calls += 1;
              return pending[calls - 1]?.promise;
            },
            maxRetries: 1,
            backoff: 500,
          },
        },
        { name: 'c', dependencies: ['b'], run: fail },
      ],
      clock,
    );
    await settle();
    t.deepEqual(job.why('b'), { state: 'undoing', step: 'running', attempts: 1 });
    t.deepEqual(job.why('a'), { state: 'completed', attempts: 1, undo: { waitingFor: ['b'], isRunning: false } });
    t.deepEqual(job.why('between'), { state: 'completed', attempts: 1 });
    pending[0]?.reject(boom);
    await settle();
    const until = clock.now() + 500;
    t.deepEqual(job.why('b'), { state: 'undoing', step: 'backingOff', attempts: 1, until, reason: 'exception', error: boom });
    clock.increment(500);
    await settle();
    pending[1]?.resolve(undefined);
    t.is((await job).undo, 'done');
    t.deepEqual(job.why('b'), { state: 'undone', attempts: 2 });
    t.deepEqual(job.why('a'), { state: 'undone', attempts: 1 });
  });

  test(`an undo that waits for a slot has a place in the queue (${interpreter})`, async (t) => {
    const pending = deferred();
    const undo = () => pending.promise;
    const job = start(
      [
        { name: 'a', run: () => {}, undo },
        { name: 'b', run: () => {}, undo },
        { name: 'c', run: () => {}, undo },
        { name: 'd', dependencies: ['a', 'b', 'c'], run: fail },
      ],
      new SteppedClock(),
      1,
    );
    await settle();
    const whys = ['a', 'b', 'c'].map((name) => job.why(name));
    t.deepEqual(whys.map((why) => (why.state === 'undoing' && why.step === 'ready' ? why.place : 0)).sort(), [0, 1, 2]);
    pending.resolve(undefined);
    await job;
  });

  test(`why reports that an undo waits for the aborted function to return (${interpreter})`, async (t) => {
    const function_ = deferred();
    const job = start([{ name: 'a', run: () => function_.promise as Promise<undefined>, undo: () => {} }]);
    await settle();
    job.cancel();
    await settle();
    t.deepEqual(job.why('a'), {
      state: 'cancelled',
      reason: 'jobCancelled',
      undo: { waitingFor: [], isRunning: true },
    });
    function_.resolve(undefined);
    await job;
    t.deepEqual(job.why('a'), { state: 'undone', attempts: 1 });
  });

  test(`why and the report name the failed undo that kept a task from being undone (${interpreter})`, async (t) => {
    const slow = deferred();
    const job = start([
      { name: 'a', run: () => {}, undo: () => {} },
      { name: 'b', dependencies: ['a'], run: () => {}, undo: fail },
      { name: 'slow', dependencies: ['a'], run: () => {}, undo: () => slow.promise },
      { name: 'c', dependencies: ['b', 'slow'], run: fail },
    ]);
    await settle();
    t.deepEqual(job.why('a'), {
      state: 'completed',
      attempts: 1,
      undo: { waitingFor: ['slow'], isRunning: false, blockedBy: 'b' },
    });
    slow.resolve(undefined);
    const { tasks, undo } = await job;
    t.is(undo, 'incomplete');
    t.deepEqual(job.why('a'), {
      state: 'completed',
      attempts: 1,
      undo: { waitingFor: [], isRunning: false, blockedBy: 'b' },
    });
    t.deepEqual(job.why('b'), { state: 'undoFailed', attempts: 1, reason: 'exception', error: boom });
    t.deepEqual(tasks.get('a')?.undo, { attempts: 0, blockedBy: 'b' });
    t.deepEqual(tasks.get('slow')?.undo, { attempts: 1 });
    t.is(tasks.get('c')?.undo, undefined);
  });

  test(`a finally task waits for everything else, then for what is undone, then for other finally tasks (${interpreter})`, async (t) => {
    const [running, undoing, closing] = [deferred(), deferred(), deferred()];
    const clock = new SteppedClock();
    const job = start(
      [
        { name: 'a', run: () => {}, undo: () => undoing.promise },
        { name: 'b', dependencies: ['a'], run: () => running.promise as Promise<undefined> },
        { name: 'close', finally: true, run: () => closing.promise as Promise<undefined> },
        { name: 'report', finally: true, dependencies: ['close'], run: () => {} },
      ],
      clock,
    );
    await settle();
    t.deepEqual(job.why('close'), { state: 'unscheduled', waitingFor: ['b'], after: 'running' });
    t.deepEqual(job.why('report'), { state: 'unscheduled', waitingFor: ['b', 'close'], after: 'running' });
    running.reject(boom);
    await settle();
    t.deepEqual(job.why('close'), { state: 'unscheduled', waitingFor: ['a'], after: 'undoing' });
    undoing.resolve(undefined);
    await settle();
    t.deepEqual(job.why('close'), { state: 'running', attempt: 1 });
    t.deepEqual(job.why('report'), { state: 'unscheduled', waitingFor: ['close'] });
    closing.resolve(undefined);
    await withTime(clock, job);
  });
}
