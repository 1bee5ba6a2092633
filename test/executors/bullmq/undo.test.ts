import { AsyncLocalStorage } from 'node:async_hooks';
import test, { type ExecutionContext } from 'ava';
import { type Job as BullmqJob, Queue } from 'bullmq';
import { Redis } from 'ioredis';
import {
  type AnyWorkflow,
  type AttemptRequest,
  type Executor,
  type RunOptions,
  resume,
  run,
  type UndoDetails,
  workflow,
} from 'tintype';
import { redisStore, WorkerDiedError } from 'tintype/bullmq';
import { SimulatedClock } from 'xstate';
import { idOf, workloadOf } from '../../../src/executors/bullmq/attempt-message.ts';
import { deferred } from '../../helpers/deferred.ts';
import { type RedisServer, testWithRedis } from '../../helpers/redis.ts';
import { firstWaiting, requestOf, workplace as shortWorkplace } from './at-work.ts';

const redisTest = testWithRedis(test);

/** On a busy machine, short locks and leases would be lost. */
const LONG = 600_000;

function workplace(t: ExecutionContext, redis: RedisServer) {
  const place = shortWorkplace(t, redis);
  const worker: typeof place.worker = (flow, options) => place.worker(flow, { lockDuration: LONG, ...options });
  return { ...place, worker };
}

const UNDO: UndoDetails = {
  outcome: { state: 'completed', output: { receipt: 1 } },
  forwardKey: 'job/work',
  idempotencyKey: 'job/work/undo',
  attemptKey: 'job/work/undo/1',
};

/** A job that reserves, and fails to charge; all functions note what they get. */
function order() {
  const inWorker = new AsyncLocalStorage<boolean>();
  const noted: unknown[] = [];
  const remote: unknown[] = [];
  const note = (what: string, context: object, execution: object) => {
    const { signal: _, isActive: __, ...rest } = execution as Record<string, unknown>;
    remote.push(inWorker.getStore());
    noted.push([what, { ...context }, JSON.parse(JSON.stringify(rest, describeError))]);
  };
  const flow = workflow<{ item: string }>('order')
    .task({
      name: 'reserve',
      run: () => ({ box: 7 }),
      undo: (context, execution) => {
        note('undo reserve', context, execution);
        return new WeakMap();
      },
    })
    .task({
      name: 'charge',
      dependencies: ['reserve'],
      run: () => {
        throw Object.assign(new RangeError('declined', { cause: new Error('no money') }), { code: 'E_MONEY' });
      },
      undo: () => {
        throw new Error('never called: all attempts threw');
      },
    })
    .task({
      name: 'print',
      dependencies: ['reserve'],
      continueOnFailure: true,
      run: () => [] as unknown as object,
      undo: (context, execution) => note('undo print', context, execution),
    })
    .task({
      name: 'first',
      finally: true,
      continueOnFailure: true,
      run: (context, execution) => {
        note('first', context, execution);
        throw new RangeError('no paper');
      },
    })
    .task({
      name: 'report',
      dependencies: [{ settled: 'first' }],
      finally: true,
      run: (context, execution) => note('report', context, execution),
    });
  return { flow, noted, remote, inWorker };
}

const describeError = (_: string, value: unknown) =>
  value instanceof Error ? { name: value.name, message: value.message, cause: (value.cause as Error)?.message } : value;

redisTest('undos and finally tasks run in workers, with what they would get in process', async (t, redis) => {
  const there = order();
  const { owner, worker, errors } = workplace(t, redis);
  there.inWorker.run(true, () => worker(there.flow));
  const options = {
    id: 'order-1',
    context: { item: 'tea' },
    maxRetries: 0,
    maxConcurrency: 1,
    onFailure: 'keepGoing',
  } as const;
  const result = await run(there.flow, { ...options, executor: owner(there.flow).executor });
  const here = order();
  const expected = await run(here.flow, options);
  t.like(result, { state: 'failed', undo: 'done', failures: [{ task: 'charge', error: { code: 'E_MONEY' } }] });
  t.deepEqual(
    Array.from(result.tasks.values(), ({ task, state }) => [task, state]),
    Array.from(expected.tasks.values(), ({ task, state }) => [task, state]),
  );
  t.is(there.noted.length, 4);
  t.deepEqual(there.noted, here.noted);
  t.deepEqual(there.remote, [true, true, true, true]);
  t.deepEqual(errors, []);
});

class HttpError extends Error {
  readonly #status: number;

  constructor(status: number) {
    super(`HTTP ${status}`);
    this.#status = status;
  }

  get isTemporary(): boolean {
    return this.#status >= 500;
  }
}

redisTest('an undo is retried by its own options, which get the error as it was thrown', async (t, redis) => {
  const calls: unknown[] = [];
  const flow = workflow('flow')
    .task({
      name: 'a',
      retryIf: () => t.fail(),
      run: () => ({ a: 1 }),
      undo: {
        maxRetries: 5,
        retryIf: (error) => error instanceof HttpError && error.isTemporary,
        backoff: (attempt, error) => {
          calls.push(['backoff', attempt, error instanceof HttpError]);
          return 0;
        },
        run(_, { attempt, outcome }) {
          calls.push(['undo', attempt, outcome]);
          throw new HttpError(attempt < 3 ? 503 : 404);
        },
      },
    })
    .task({ name: 'b', dependencies: ['a'], maxRetries: 0, run: () => Promise.reject(new Error('boom')) });
  const { owner, worker } = workplace(t, redis);
  worker(flow);
  const result = await run(flow, { executor: owner(flow).executor });
  const outcome = { state: 'completed', output: { a: 1 } };
  t.deepEqual(calls, [
    ['undo', 1, outcome],
    ['backoff', 1, true],
    ['undo', 2, outcome],
    ['backoff', 2, true],
    ['undo', 3, outcome],
  ]);
  t.is(result.undo, 'incomplete');
  t.like(result.tasks.get('a'), { state: 'undoFailed', attempts: 1, undo: { attempts: 3 } });
  t.like(result.failures[1], { task: 'a', isUndo: true, error: { message: 'HTTP 404' } });
});

redisTest('the timeout of an undo reaches the worker that runs it', async (t, redis) => {
  const begun = deferred<void>();
  const reason = deferred<unknown>();
  const flow = workflow('flow')
    .task({
      name: 'a',
      run: () => ({ a: 1 }),
      undo: {
        timeout: 200,
        maxRetries: 1,
        backoff: 0,
        run: (_, { attempt, signal }) =>
          attempt === 1 &&
          new Promise<void>((resolve) => {
            signal.addEventListener('abort', () => {
              reason.resolve(signal.reason);
              resolve();
            });
            begun.resolve();
          }),
      },
    })
    .task({ name: 'b', dependencies: ['a'], maxRetries: 0, run: () => Promise.reject(new Error('boom')) });
  const { owner, worker } = workplace(t, redis);
  worker(flow, { grace: 60_000 });
  const clock = new SimulatedClock();
  const job = run(flow, { executor: owner(flow).executor, clock });
  await begun.promise;
  clock.increment(200);
  t.like(await reason.promise, { code: 'TASK_TIMED_OUT' });
  // The retry has no delay, but a timer.
  const timer = setInterval(() => clock.increment(0));
  t.teardown(() => clearInterval(timer));
  const result = await job;
  t.like(result.tasks.get('a'), { state: 'undone', undo: { attempts: 2 } });
});

/** A job of which an undo, or a finally task, waits until it is let go. */
function interruptible() {
  const calls: string[] = [];
  const [begun, end] = [deferred<void>(), deferred()];
  const hold = async (what: string) => {
    calls.push(what);
    begun.resolve();
    await end.promise;
    return { what };
  };
  const undoing = workflow('undoing')
    .task({ name: 'held', run: () => ({}), undo: () => hold('undo') })
    .task({ name: 'fail', dependencies: ['held'], maxRetries: 0, run: () => Promise.reject(new Error('boom')) });
  const finishing = workflow('finishing')
    .task({ name: 'fail', maxRetries: 0, run: () => Promise.reject(new Error('boom')) })
    .task({ name: 'held', finally: true, run: () => hold('finally') });
  return { flows: { undoing, finishing }, calls, begun, end };
}

for (const phase of ['undoing', 'finishing'] as const) {
  for (const when of ['waits in the queue', 'runs in a worker', 'has ended meanwhile'] as const) {
    redisTest(`a job resumed while ${phase} finds its attempt if that ${when}`, async (t, redis) => {
      const { flows, calls, begun, end } = interruptible();
      const flow = flows[phase];
      const { owner, worker, queueOf, errors } = workplace(t, redis);
      const bullmq = new Queue(queueOf(flow), { connection: { port: redis.port } });
      t.teardown(() => bullmq.close());
      const store = redisStore({ connection: redis.url, prefix: `${phase} ${when}` });
      t.teardown(() => store.close());
      const options: RunOptions = { store, lease: LONG, executor: owner(flow).executor };
      const working = when === 'waits in the queue' ? worker(flow, { grace: 60_000 }) : undefined;
      const job = run(flow, {
        ...options,
        id: 'job',
        executor: pausingFor(options.executor as Executor, () => working?.close()),
      });
      if (when === 'waits in the queue') {
        await waitingOf(bullmq, phase === 'undoing' ? 'undo held' : 'held');
      } else {
        worker(flow, { grace: 60_000 });
        await begun.promise;
      }
      job.suspend();
      t.is((await job).state, 'detached');
      if (when === 'has ended meanwhile') {
        end.resolve(undefined);
        while ((await bullmq.getActiveCount()) > 0) {
          await new Promise(setImmediate);
        }
      }
      const resumed = resume(flow, 'job', { store, lease: LONG, executor: owner(flow).executor });
      if (when === 'waits in the queue') {
        worker(flow, { grace: 60_000 });
        await begun.promise;
      }
      end.resolve(undefined);
      t.like(await resumed, { state: 'failed', undo: phase === 'undoing' ? 'done' : 'none' });
      t.deepEqual(calls, [phase === 'undoing' ? 'undo' : 'finally']);
      t.deepEqual(errors, []);
    });
  }
}

/** Lets something happen before an undo or a finally task is queued. */
const pausingFor =
  (executor: Executor, before: () => unknown): Executor =>
  async (request: AttemptRequest) => {
    if (request.undo !== undefined || request.ending !== undefined) {
      await before();
    }
    return executor(request);
  };

async function waitingOf(bullmq: Queue, name: string): Promise<BullmqJob> {
  const job = await firstWaiting(bullmq);
  return job.name === name ? job : waitingOf(bullmq, name);
}

redisTest('an undo whose workers die fails with `WORKER_DIED`, and isn’t retried', async (t, redis) => {
  const { flows, calls } = interruptible();
  const { owner, worker, queueOf } = workplace(t, redis);
  const flow = flows.undoing;
  const client = new Redis(redis.url);
  const bullmq = new Queue(queueOf(flow), { connection: { port: redis.port } });
  t.teardown(() => Promise.all([client.disconnect(), bullmq.close()]));
  const first = worker(flow);
  const { executor } = owner(flow, { maxWorkerDeaths: 1 });
  const job = run(flow, { executor: pausingFor(executor, () => first.close()) });
  const { id } = await waitingOf(bullmq, 'undo held');
  // As if two workers had taken it and died.
  await client.hset(bullmq.toKey(id as string), { ats: 2, stc: 2 });
  worker(flow);
  const result = await job;
  t.is(result.undo, 'incomplete');
  t.like(result.tasks.get('held'), { state: 'undoFailed', undo: { attempts: 1 } });
  const { error } = result.failures[1] as { error: unknown };
  t.true(error instanceof WorkerDiedError);
  t.is((error as Error).message, 'Attempt 1 to undo task `held` failed: 2 workers died running it');
  t.deepEqual(calls, []);
});

redisTest('a task whose workers died is undone, since it may have had an effect', async (t, redis) => {
  const { flow, calls } = undoable();
  const { owner, worker, queueOf } = workplace(t, redis);
  const client = new Redis(redis.url);
  const bullmq = new Queue(queueOf(flow), { connection: { port: redis.port } });
  t.teardown(() => Promise.all([client.disconnect(), bullmq.close()]));
  const job = run(flow, { executor: owner(flow, { maxWorkerDeaths: 0 }).executor });
  const { id } = await firstWaiting(bullmq);
  await client.hset(bullmq.toKey(id as string), { ats: 1, stc: 1 });
  worker(flow);
  t.like(await job, { state: 'failed', undo: 'done', failures: [{ error: { code: 'WORKER_DIED' } }] });
  t.deepEqual(calls, ['undo']);
});

/** A task that goes on for a while after it was aborted. */
function reluctant() {
  const order: string[] = [];
  const [begun, aborted, end] = [deferred<void>(), deferred<void>(), deferred()];
  const flow = workflow('reluctant')
    .task({
      name: 'work',
      run: async (_, { signal }) => {
        signal.addEventListener('abort', () => aborted.resolve());
        begun.resolve();
        await aborted.promise;
        order.push('aborted');
        await end.promise;
        order.push('returned');
      },
      undo: () => void order.push('undo'),
    })
    .task({ name: 'fail', run: () => begun.promise.then(() => Promise.reject(new Error('boom'))) })
    .task({ name: 'probe', dependencies: ['work'], run: () => ({}) });
  return { flow, order, begun, aborted, end };
}

/** Lets workers take what is in the queue. */
async function probe(flow: AnyWorkflow, executor: Executor): Promise<void> {
  for (let attempt = 1; attempt <= 10; attempt += 1) {
    await executor(requestOf(flow, { task: 'probe', attempt }));
  }
}

redisTest('a task is undone once its function has returned in the worker, and the job is drained then', async (t, redis) => {
  const { flow, order, aborted, end } = reluctant();
  const { owner, worker } = workplace(t, redis);
  worker(flow, { concurrency: 3, grace: 60_000 });
  const { executor } = owner(flow);
  const job = run(flow, { executor, maxRetries: 0 });
  await aborted.promise;
  await probe(flow, executor);
  t.deepEqual(order, ['aborted']);
  t.is(job.snapshot().state, 'undoing');
  end.resolve(undefined);
  t.like(await job, { state: 'failed', undo: 'done' });
  await job.drained;
  t.deepEqual(order, ['aborted', 'returned', 'undo']);
});

redisTest('an undo waits for a function in a worker no longer than its timeout', async (t, redis) => {
  const calls: string[] = [];
  const [begun, end] = [deferred<void>(), deferred()];
  const flow = workflow('flow')
    .task({
      name: 'work',
      run: async () => {
        begun.resolve();
        await end.promise;
      },
      // On a busy machine, its own attempts may time out too.
      undo: { timeout: 300, maxRetries: Infinity, backoff: 0, run: () => void calls.push('undo') },
    })
    .task({ name: 'fail', maxRetries: 0, run: () => begun.promise.then(() => Promise.reject(new Error('boom'))) });
  const { owner, worker } = workplace(t, redis);
  worker(flow, { concurrency: 2, grace: 600_000 });
  t.teardown(() => end.resolve(undefined));
  const job = run(flow, { executor: owner(flow).executor });
  t.is((await job).undo, 'done');
  await job.drained;
  t.true(calls.includes('undo'));
});

redisTest('a resumed job waits for the function in the worker before it undoes the task', async (t, redis) => {
  const { flow, order, begun, aborted, end } = reluctant();
  const { owner, worker } = workplace(t, redis);
  worker(flow, { grace: 60_000, concurrency: 2 });
  const store = redisStore({ connection: redis.url, prefix: 'reluctant' });
  t.teardown(() => store.close());
  let late = 0;
  const clock = { setTimeout, clearTimeout, now: () => Date.now() + late };
  // Only the task that is aborted is to run.
  const executor = owner(flow).executor;
  const first: Executor = (request) => (request.task === 'work' ? executor(request) : new Promise(() => {}));
  const job = run(flow, { id: 'job', store, executor: first, clock, timeout: 600_000, lease: LONG });
  await begun.promise;
  job.suspend();
  await job;
  late = 1_200_000;
  const second = owner(flow).executor;
  const resumed = resume(flow, 'job', { store, executor: second, clock, lease: LONG });
  await aborted.promise;
  await probe(flow, second);
  t.deepEqual(order, ['aborted']);
  end.resolve(undefined);
  t.like(await resumed, { state: 'timedOut', undo: 'done' });
  t.deepEqual(order, ['aborted', 'returned', 'undo']);
});

test('an attempt to undo a task never has the id of an ordinary attempt', (t) => {
  const load = workloadOf(interruptible().flows.undoing, 'it');
  const names = ['work', 'undo', 'work","undo', 'undo work', '1', ''];
  const attempts = names.flatMap((job) => names.flatMap((task) => [1, 2, 11].map((attempt) => ({ job, task, attempt }))));
  const ids = attempts.flatMap((attempt) => [idOf(load, attempt), idOf(load, { ...attempt, undo: UNDO })]);
  t.is(new Set(ids).size, 2 * attempts.length);
});

/** A task that can be undone, and what its functions were called with. */
function undoable() {
  const calls: string[] = [];
  const flow = workflow('undoable').task({
    name: 'work',
    run: () => {
      calls.push('run');
      return { ran: true };
    },
    undo: () => void calls.push('undo'),
  });
  return { flow, calls };
}

redisTest('a task and its undo can be in the queue at the same time, under the same number', async (t, redis) => {
  const { flow, calls } = undoable();
  const { owner, worker } = workplace(t, redis);
  const { executor } = owner(flow);
  const asked = [executor(requestOf(flow)), executor(requestOf(flow, { undo: UNDO }))];
  worker(flow);
  t.deepEqual(await Promise.all(asked), [{ ran: true }, undefined]);
  t.deepEqual(calls, ['run', 'undo']);
});

redisTest('cancelling an undo leaves the ordinary attempt with the same number alone', async (t, redis) => {
  const { flow, calls } = undoable();
  const { owner, worker, queueOf } = workplace(t, redis);
  const bullmq = new Queue(queueOf(flow), { connection: { port: redis.port } });
  t.teardown(() => bullmq.close());
  const { executor } = owner(flow);
  const asked = executor(requestOf(flow));
  await firstWaiting(bullmq);
  const signal = AbortSignal.abort(new Error('over'));
  await t.throwsAsync(executor(requestOf(flow, { undo: UNDO, signal })) as Promise<unknown>, { message: 'over' });
  worker(flow);
  t.deepEqual(await asked, { ran: true });
  t.deepEqual(calls, ['run']);
});

for (const [what, change, message] of [
  ['that became one to undo', { undo: UNDO }, /the attempt data is invalid: it has the id of another attempt/i],
  ['whose `undo` is no object', { undo: 5 }, /`undo` must be Object/],
  ['whose outcome is unknown', { undo: { ...UNDO, outcome: { state: 'skipped' } } }, /`undo.outcome.state` must be/],
  ['whose ending is unknown', { ending: { state: 'detached' } }, /`ending.state` must be/],
  ['without a readable failure', { ending: { state: 'failed', failure: { task: 'a', error: '<html>' } } }, /can't be read/],
] as const) {
  redisTest(`a worker refuses an attempt ${what}`, async (t, redis) => {
    const { flow, calls } = undoable();
    const { owner, worker, queueOf } = workplace(t, redis);
    const bullmq = new Queue(queueOf(flow), { connection: { port: redis.port } });
    t.teardown(() => bullmq.close());
    const asked = owner(flow).executor(requestOf(flow)) as Promise<unknown>;
    const job = await firstWaiting(bullmq);
    const output = '1 [{"receipt":1},1]';
    const sent =
      'undo' in change && change.undo === UNDO ? { undo: { ...UNDO, outcome: { state: 'completed', output } } } : change;
    await job.updateData({ ...job.data, ...sent });
    worker(flow);
    await t.throwsAsync(asked, { message });
    t.deepEqual(calls, []);
  });
}

for (const [what, output] of [
  ['can’t be read', '<html>'],
  ['is no object', '1 [5]'],
] as const) {
  redisTest(`a worker refuses an undo with an output that ${what}`, async (t, redis) => {
    const { flow, calls } = undoable();
    const { owner, worker, queueOf } = workplace(t, redis);
    const bullmq = new Queue(queueOf(flow), { connection: { port: redis.port } });
    t.teardown(() => bullmq.close());
    const asked = owner(flow).executor(requestOf(flow, { undo: UNDO })) as Promise<unknown>;
    const job = await firstWaiting(bullmq);
    await job.updateData({ ...job.data, undo: { ...job.data.undo, outcome: { state: 'completed', output } } });
    worker(flow);
    await t.throwsAsync(asked, { message: /an error or output in it can't be read/ });
    t.deepEqual(calls, []);
  });
}

redisTest('a worker refuses to undo a task that it knows no undo of', async (t, redis) => {
  const { flow } = undoable();
  const plain = workflow('plain').task({ name: 'work', run: () => ({ ran: true }) });
  const { owner, worker } = workplace(t, redis);
  worker(plain);
  const asked = owner(plain).executor(requestOf(plain, { undo: UNDO })) as Promise<unknown>;
  await t.throwsAsync(asked, { message: 'The attempt data is invalid: task `work` has no `undo`' });
  t.truthy(flow);
});
