import test from 'ava';
import { Queue } from 'bullmq';
import { fingerprint, resume, run, workflow } from 'tintype';
import { deferred } from '../../helpers/deferred.ts';
import { MemoryStore } from '../../helpers/memory-store.ts';
import { testWithRedis } from '../../helpers/redis.ts';
import { firstWaiting, requestOf, workplace } from './at-work.ts';

const redisTest = testWithRedis(test);

/** A version of a workflow, whose task records its calls. */
function versionOf(name: string, version: string | undefined, calls: (string | undefined)[], wait?: Promise<unknown>) {
  return workflow(name, { version }).task({
    name: 'work',
    run: async () => {
      calls.push(version ?? name);
      await wait;
      return { by: version ?? name };
    },
  });
}

redisTest('an executor refuses the job of another workflow, without retries, and names both', async (t, redis) => {
  const calls: (string | undefined)[] = [];
  const [mine, others] = [versionOf('mine', undefined, calls), versionOf('others', '2', calls)];
  const { owner, worker } = workplace(t, redis);
  worker(mine);
  worker(others);
  const { state, tasks } = await run(others, { executor: owner(mine).executor, backoff: 0 });
  t.is(state, 'failed');
  t.like(tasks.get('work'), { attempts: 1 });
  t.like(tasks.get('work')?.error, {
    code: 'INVALID_ARGUMENT',
    message: `The executor runs attempts of \`mine\` (fingerprint ${fingerprint(mine)}), but the job is one of \`others\` (version \`2\`, fingerprint ${fingerprint(others)}): use an executor made for that workflow`,
  });
  t.deepEqual(calls, []);
});

redisTest('an executor of the old version refuses a job that was resumed with the new one', async (t, redis) => {
  const calls: (string | undefined)[] = [];
  const end = deferred<void>();
  const [old, next] = [versionOf('flow', '1', calls, end.promise), versionOf('flow', '2', calls)];
  const { owner, worker } = workplace(t, redis);
  const [store, { executor }] = [new MemoryStore(), owner(old)];
  worker(old);
  const job = run(old, { id: 'job', store, executor });
  while (calls.length === 0) {
    await new Promise(setImmediate);
  }
  job.suspend();
  await job;
  const { tasks } = await resume(next, 'job', { store, executor, onChange: () => true });
  t.like(tasks.get('work'), { state: 'failed', attempts: 1, error: { code: 'INVALID_ARGUMENT' } });
  end.resolve();
  t.deepEqual(calls, ['1']);
});

redisTest(
  'an executor that is asked only to end an attempt does so, whatever the workflow of its job is now',
  async (t, redis) => {
    const [old, next] = [versionOf('flow', '1', []), versionOf('flow', '2', [])];
    const mine = workplace(t, redis).owner(old);
    const asked = mine.executor(requestOf(old)) as Promise<unknown>;
    const cancelled = t.throwsAsync(asked, { code: 'BULLMQ_CLOSED' });
    const bullmq = new Queue(mine.queue, { connection: { port: redis.port } });
    t.teardown(() => bullmq.close());
    await firstWaiting(bullmq);
    await mine.close();
    await cancelled;
    const second = workplace(t, redis).owner(old, { queue: mine.queue.slice(0, mine.queue.lastIndexOf('-')) });
    const over = requestOf(next, { signal: AbortSignal.abort(new Error('over')) });
    await t.throwsAsync(second.executor(over) as Promise<unknown>, { message: 'over' });
    while ((await bullmq.getWaitingCount()) > 0) {
      await new Promise(setImmediate);
    }
  },
);

redisTest('an array of tasks counts as a workflow with the name `job`', async (t, redis) => {
  const task = { name: 'work', run: () => ({ done: true }) };
  const same = workflow('job').task(task);
  const { owner, worker } = workplace(t, redis);
  worker(same);
  t.like(await run([task], { executor: owner(same).executor }), { state: 'completed', context: { done: true } });
});
