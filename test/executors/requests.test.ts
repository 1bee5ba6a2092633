import test from 'ava';
import { type AttemptRequest, type Executor, resume, run, type TaskDefinition } from 'tintype';
import { deferred } from '../helpers/deferred.ts';
import { MemoryStore } from '../helpers/memory-store.ts';
import { SteppedClock, settle, withTime } from '../helpers/simulated-time.ts';

const boom = () => Promise.reject(new Error('boom'));

/** What a request is about. */
const shown = ({ task, attempt, undo, ending, outcomes, signal }: AttemptRequest) =>
  JSON.parse(JSON.stringify({ task, attempt, undo, ending: ending?.state, outcomes, isAborted: signal.aborted }));

const plain = { outcomes: {}, isAborted: false };
const keys = { forwardKey: 'job/a', idempotencyKey: 'job/a/undo', attemptKey: 'job/a/undo/1' };

test('an executor receives which attempts undo their task, and which run finally tasks', async (t) => {
  const requests: unknown[] = [];
  const calls: string[] = [];
  const call = (name: string) => () => {
    calls.push(name);
    return { [name]: 1 };
  };
  const tasks: TaskDefinition[] = [
    { name: 'a', run: call('a'), undo: call('undo a') },
    { name: 'b', dependencies: ['a'], run: boom },
    { name: 'c', finally: true, run: call('c') },
    { name: 'd', finally: true, dependencies: [{ settled: 'c' }], run: call('d') },
  ];
  const executor: Executor = (request) => {
    requests.push(shown(request));
    return request.run();
  };
  await run(tasks, { id: 'job', executor, maxRetries: 0 });
  t.deepEqual(requests, [
    { task: 'a', attempt: 1, ...plain },
    { task: 'b', attempt: 1, ...plain },
    { task: 'a', attempt: 1, ...plain, undo: { outcome: { state: 'completed', output: { a: 1 } }, ...keys } },
    { task: 'c', attempt: 1, ...plain, ending: 'failed' },
    { task: 'd', attempt: 1, ...plain, ending: 'failed', outcomes: { c: { state: 'completed' } } },
  ]);
  t.deepEqual(calls, ['a', 'undo a', 'c', 'd']);
});

test('a resumed job has an interrupted attempt stopped before it undoes its task, and doesn’t stop the undo', async (t) => {
  const store = new MemoryStore();
  const stopped = deferred();
  const requests: unknown[] = [];
  let late = 0;
  const clock = { setTimeout, clearTimeout, now: () => Date.now() + late };
  const tasks: TaskDefinition[] = [{ name: 'a', run: () => {}, undo: () => {} }];
  void run(tasks, { id: 'job', store, clock, timeout: 60_000, executor: () => new Promise(() => {}) });
  await settle();
  late = 120_000;
  const resumed = (from: MemoryStore, executor: Executor) => resume(tasks, 'job', { store: from, clock, executor });
  const executor: Executor = async (request) => {
    requests.push(shown(request));
    await (request.signal.aborted ? stopped.promise : new Promise(() => {}));
  };
  const second = store.crash();
  void resumed(second, executor);
  await settle();
  t.deepEqual(requests, [{ task: 'a', attempt: 1, ...plain, isAborted: true }]);
  stopped.resolve(undefined);
  await settle();
  const undo = { task: 'a', attempt: 1, ...plain, undo: { outcome: { state: 'cancelled' }, ...keys } };
  t.deepEqual(requests.slice(1), [undo]);
  // The next process begins the same attempt again; the one of the task is stopped once more, and nothing waits for that.
  requests.length = 0;
  const result = await resumed(second.crash(), (request) => {
    requests.push(shown(request));
    return request.signal.aborted ? new Promise(() => {}) : request.run();
  });
  t.deepEqual(requests, [{ task: 'a', attempt: 1, ...plain, isAborted: true }, undo]);
  t.like(result, { state: 'timedOut', undo: 'done' });
});

test('a resumed job stops an attempt to undo a task that has timed out', async (t) => {
  const clock = new SteppedClock();
  const store = new MemoryStore();
  const undo = { run: () => {}, timeout: 5, maxRetries: 1, backoff: 3_600_000 };
  const tasks: TaskDefinition[] = [
    { name: 'a', run: () => {}, undo },
    { name: 'b', dependencies: ['a'], run: boom },
  ];
  const hanging: Executor = ({ undo: details, run: call }) => (details === undefined ? call() : new Promise(() => {}));
  const job = run(tasks, { id: 'job', store, clock, executor: hanging, maxRetries: 0, lease: 1_000_000 });
  await settle();
  clock.increment(5);
  await settle();
  t.like(job.snapshot().tasks.get('a'), { state: 'undoing', undo: { attempts: 1, reason: 'timedOut' } });
  const requests: unknown[] = [];
  const executor: Executor = (request) => {
    const { task, attempt, undo: details, signal } = request;
    requests.push([task, attempt, details?.attemptKey, signal.aborted]);
    return request.run();
  };
  const result = await withTime(clock, resume(tasks, 'job', { store: store.crash(), clock, executor }));
  t.is(result.undo, 'done');
  t.deepEqual(requests, [
    ['a', 1, 'job/a/undo/1', true],
    ['a', 2, 'job/a/undo/2', false],
  ]);
});

test('with `countInterrupted`, a resumed job stops the interrupted attempt, and an undo waits for that', async (t) => {
  const store = new MemoryStore();
  const stopped = deferred();
  const tasks: TaskDefinition[] = [{ name: 'a', maxRetries: 0, run: () => {}, undo: () => {} }];
  void run(tasks, { id: 'job', store, executor: () => new Promise(() => {}) });
  await settle();
  const requests: unknown[] = [];
  const executor: Executor = async (request) => {
    const { attempt, undo, signal } = request;
    requests.push([undo === undefined ? 'a' : 'undo a', attempt, signal.aborted]);
    await (signal.aborted ? stopped.promise : request.run());
  };
  const result = resume(tasks, 'job', { store: store.crash(), executor, countInterrupted: true });
  await settle();
  t.deepEqual(requests, [['a', 1, true]]);
  stopped.resolve(undefined);
  t.like(await result, { state: 'failed', undo: 'done', failures: [{ error: { code: 'ATTEMPT_INTERRUPTED' } }] });
  t.deepEqual(requests.slice(1), [['undo a', 1, false]]);
});
