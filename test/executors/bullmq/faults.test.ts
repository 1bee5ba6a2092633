import { once } from 'node:events';
import test from 'ava';
import { Worker } from 'bullmq';
import { run, workflow } from 'tintype';
import { QueueFailedError, WorkerDiedError } from 'tintype/bullmq';
import { deferred } from '../../helpers/deferred.ts';
import { RedisServer, testWithRedis } from '../../helpers/redis.ts';
import { requestOf, workplace } from './at-work.ts';
import { type Begun, patient } from './far-workflow.ts';
import { messageOf, startProgram } from './processes.ts';

const redisTest = testWithRedis(test);

class HttpError extends Error {
  override name = 'HttpError';
  readonly #status: number;

  constructor(status: number) {
    super(`HTTP ${status}`);
    this.#status = status;
  }

  get isTemporary(): boolean {
    return this.#status >= 500;
  }
}

for (const [status, attempts] of [
  [503, 3],
  [404, 1],
] as const) {
  redisTest(`\`retryIf\` and \`backoff\` get the error as it was thrown: HTTP ${status}`, async (t, redis) => {
    const backoffs: unknown[] = [];
    const http = workflow('http').task({
      name: 'get',
      maxRetries: 2,
      retryIf: (error) => error instanceof HttpError && error.isTemporary,
      backoff: (attempt, error) => {
        backoffs.push([attempt, error instanceof HttpError]);
        return 0;
      },
      run: () => {
        throw new HttpError(status);
      },
    });
    const { owner, worker } = workplace(t, redis);
    worker(http);
    const { tasks } = await run(http, { executor: owner(http).executor });
    t.like(tasks.get('get'), { state: 'failed', attempts });
    t.true(backoffs.every((call) => Array.isArray(call) && call[1] === true));
    t.is(backoffs.length > 0, attempts > 1);
  });
}

for (const option of ['retryIf', 'backoff'] as const) {
  redisTest(`a \`${option}\` that throws in the worker fails its task, and why is known`, async (t, redis) => {
    const decide = () => {
      throw new Error('not decided');
    };
    const broken = workflow('broken').task({
      name: 'work',
      ...(option === 'retryIf' ? { retryIf: decide } : { backoff: decide }),
      run: () => {
        throw new Error('not done');
      },
    });
    const { owner, worker } = workplace(t, redis);
    worker(broken);
    const { tasks } = await run(broken, { executor: owner(broken).executor });
    t.like(tasks.get('work'), { state: 'failed', attempts: 1 });
    t.like(tasks.get('work')?.error, {
      code: 'RETRY_POLICY',
      attemptError: { message: 'not done' },
      cause: { message: 'not decided' },
    });
  });
}

redisTest('the `retryIf` of a job, which workers do not know, decides in the owner', async (t, redis) => {
  const codes: unknown[] = [];
  const flow = workflow('coded').task({
    name: 'work',
    run: () => {
      throw Object.assign(new Error('again'), { code: 'E_AGAIN' });
    },
  });
  const { owner, worker } = workplace(t, redis);
  worker(flow);
  const retryIf = (error: unknown) => {
    codes.push((error as { code: unknown }).code);
    return true;
  };
  await run(flow, { executor: owner(flow).executor, retryIf, backoff: 0, maxRetries: 2 });
  t.deepEqual(codes, ['E_AGAIN', 'E_AGAIN']);
});

redisTest('an attempt fails when more workers have died with it than allowed, and is not retried', async (t, redis) => {
  const { owner, queue, expireLocks } = workplace(t, redis);
  const settings = { name: 'patient', url: redis.url, queue };
  const job = run(patient, { executor: owner(patient, { maxWorkerDeaths: 1 }).executor });
  for (const _ of [1, 2]) {
    const worker = startProgram(t, './worker-program.ts', settings);
    t.like(await messageOf<Begun>(worker), { attempt: 1, pid: worker.pid });
    worker.kill('SIGKILL');
    await once(worker, 'exit');
    await expireLocks(patient);
  }
  startProgram(t, './worker-program.ts', settings);
  const { tasks } = await job;
  t.like(tasks.get('wait'), { state: 'failed', attempts: 1 });
  t.true(tasks.get('wait')?.error instanceof WorkerDiedError);
  t.like(tasks.get('wait')?.error, { code: 'WORKER_DIED', task: 'wait', attempt: 1, deaths: 2 });
});

redisTest('a worker that lost its lock aborts the attempt, whose next run counts', async (t, redis) => {
  const begun = [deferred<void>(), deferred<void>()];
  const aborted = deferred<unknown>();
  const calls: number[] = [];
  const slow = workflow('slow').task({
    name: 'work',
    run: async (_, { signal }) => {
      calls.push(calls.length);
      begun[calls.length - 1]?.resolve();
      if (calls.length === 1) {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        aborted.resolve(signal.reason);
        return { run: 1 };
      }
      return { run: 2 };
    },
  });
  const { owner, worker, expireLocks } = workplace(t, redis);
  // On a busy machine, such short locks may expire several times.
  const asked = owner(slow, { maxWorkerDeaths: 1000 }).executor(requestOf(slow));
  worker(slow, { lockDuration: 1000, stalledInterval: 100, grace: 60_000, onError: () => {} });
  await begun[0]?.promise;
  await expireLocks(slow);
  t.like(await aborted.promise, { name: 'AttemptLostError', code: 'ATTEMPT_LOST' });
  worker(slow, { stalledInterval: 100 });
  t.deepEqual(await asked, { run: 2 });
});

test('an attempt fails when Redis has not answered for the time allowed, and cancels take effect at once', async (t) => {
  const { owner } = workplace(t, { url: 'redis://127.0.0.1:1' } as RedisServer);
  const one = workflow('one').task({ name: 'work', maxRetries: 1, backoff: 0, run: () => undefined });
  const { executor } = owner(one, { unavailableTimeout: 20, onError: () => {} });
  const { tasks } = await run(one, { executor });
  t.true(tasks.get('work')?.error instanceof QueueFailedError);
  t.is(tasks.get('work')?.attempts, 2);
  t.like(tasks.get('work')?.error, {
    code: 'QUEUE_FAILED',
    message: 'Attempt 2 of task `work` failed: Redis has not answered for 20 ms',
    cause: { code: 'ECONNREFUSED' },
  });
  const patiently = owner(one, { unavailableTimeout: 2 ** 31 - 1, onError: () => {} });
  const job = run(one, { executor: patiently.executor });
  job.on('task.running', () => job.cancel('enough'));
  t.is((await job).state, 'cancelled');
});

test('a Redis that refuses the password fails attempts at once, and they are not retried', async (t) => {
  const redis = new RedisServer(['--requirepass', 'swordfish']);
  await redis.start();
  t.teardown(() => redis.remove());
  const one = workflow('one').task({ name: 'work', maxRetries: 1, backoff: 0, run: () => undefined });
  const { owner } = workplace(t, redis);
  for (const connection of [redis.url, redis.url.replace('//', '//:wrong@')]) {
    const { executor } = owner(one, { connection, unavailableTimeout: 2 ** 31 - 1 });
    const { tasks } = await run(one, { executor });
    t.like(tasks.get('work'), { attempts: 1, error: { code: 'QUEUE_FAILED', isTransient: false } });
    t.regex(String(tasks.get('work')?.error), /NOAUTH|WRONGPASS/);
  }
});

redisTest('an event that comes while an attempt is being checked is not lost', async (t, redis) => {
  const one = workflow('one').task({ name: 'work', run: () => undefined });
  const { owner } = workplace(t, redis);
  const mine = owner(one);
  const worker = new Worker(mine.queue, async () => 'r1 -1', {
    connection: { port: redis.port, maxRetriesPerRequest: null },
  });
  t.teardown(() => worker.close());
  // The second request checks the attempt while it runs. A lost event would take seconds each time, and the test would time out.
  for (let attempt = 1; attempt <= 200; attempt += 1) {
    await Promise.all([mine.executor(requestOf(one, { attempt })), mine.executor(requestOf(one, { attempt }))]);
  }
  t.pass();
});
