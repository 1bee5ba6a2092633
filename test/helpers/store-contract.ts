import type { ExecutionContext } from 'ava';
import type { JobStore, NewJob } from '../../src/runtime/journal/job-store.ts';

export const newJob = (id: string): NewJob => ({
  id,
  workflow: 'flow',
  version: undefined,
  tasks: [{ name: 'a', dependencies: [], continueOnFailure: false }],
  context: '1 [{}]',
  createdAt: 10,
  deadline: undefined,
  maxConcurrency: undefined,
  maxRetries: 5,
});

export const leaseOf = (owner: string, now = 0, until = 100) => ({ owner, now, until });

/** What every store has to do. */
export function testStore(
  test: (title: string, implementation: (t: ExecutionContext) => Promise<void>) => void,
  name: string,
  withStore: (use: (store: JobStore) => Promise<void>) => Promise<void>,
): void {
  test(`${name}: an id can be used once`, (t) =>
    withStore(async (store) => {
      await store.create(newJob('one'), leaseOf('me'));
      await t.throwsAsync(store.create(newJob('one'), leaseOf('you')), { code: 'JOB_EXISTS' });
      t.is((await store.read('one'))?.heldUntil, 100);
      t.is(await store.read('two'), undefined);
    }));

  test(`${name}: the retry policy of a job is kept, where it has one`, (t) =>
    withStore(async (store) => {
      const policies: readonly NewJob['retryPolicy'][] = [
        undefined,
        {},
        { backoff: 0, retryIf: true },
        { backoff: { initial: 100, factor: 1.5, max: 10_000, jitter: true } },
      ];
      for (const [index, retryPolicy] of policies.entries()) {
        await store.create({ ...newJob(`job ${index}`), retryPolicy }, leaseOf('me'));
        t.deepEqual((await store.read(`job ${index}`))?.retryPolicy, retryPolicy);
        t.deepEqual((await store.list({})).jobs.find(({ id }) => id === `job ${index}`)?.retryPolicy, retryPolicy);
      }
    }));

  test(`${name}: a lease is taken over when it has run out, or was given up`, (t) =>
    withStore(async (store) => {
      await t.throwsAsync(store.acquire('one', leaseOf('you')), { code: 'JOB_NOT_FOUND' });
      await store.create(newJob('one'), leaseOf('me'));
      await t.throwsAsync(store.acquire('one', leaseOf('you', 99, 200)), { code: 'JOB_HELD' });
      await store.renew('one', leaseOf('me', 50, 150));
      await t.throwsAsync(store.acquire('one', leaseOf('you', 149, 200)), { code: 'JOB_HELD' });
      t.is((await store.acquire('one', leaseOf('you', 150, 250))).heldUntil, 250);
      await t.throwsAsync(store.renew('one', leaseOf('me', 150, 300)), { code: 'LEASE_LOST' });
      const start = { type: 'attempt.started', task: 'a', attempt: 1, at: 151 } as const;
      await t.throwsAsync(store.append('one', 'me', start), { code: 'LEASE_LOST' });
      await store.release('one', 'me');
      await t.throwsAsync(store.acquire('one', leaseOf('me', 160, 300)), { code: 'JOB_HELD' });
      await store.release('one', 'you');
      t.is((await store.acquire('one', leaseOf('me', 160, 300))).attempts.length, 0);
    }));

  test(`${name}: an attempt has one outcome`, (t) =>
    withStore(async (store) => {
      await store.create(newJob('one'), leaseOf('me'));
      const attempt = { task: 'a', attempt: 1 };
      await store.append('one', 'me', { type: 'attempt.started', ...attempt, at: 1 });
      await store.append('one', 'me', { type: 'attempt.started', ...attempt, at: 2 });
      const outcome = { type: 'attempt.failed', ...attempt, at: 3, reason: 'exception', error: 'e', retryAt: 9 } as const;
      await store.append('one', 'me', outcome);
      await store.append('one', 'me', { type: 'attempt.succeeded', ...attempt, at: 4, output: 'o' });
      await store.append('one', 'me', { type: 'attempt.started', ...attempt, at: 5 });
      await store.append('one', 'me', { type: 'attempt.started', task: 'a', attempt: 2, at: 6 });
      t.deepEqual((await store.read('one'))?.attempts, [
        { ...attempt, startedAt: 2, outcome },
        { task: 'a', attempt: 2, startedAt: 6, outcome: undefined },
      ]);
    }));

  test(`${name}: an ended job is held by nobody, and can be read`, (t) =>
    withStore(async (store) => {
      await store.create(newJob('one'), leaseOf('me'));
      await store.append('one', 'me', { type: 'job.cancelled', at: 5, reason: 'r' });
      await store.append('one', 'me', { type: 'job.ended', at: 6, state: 'cancelled' });
      await t.throwsAsync(store.append('one', 'me', { type: 'job.cancelled', at: 7, reason: 'r' }), { code: 'LEASE_LOST' });
      const job = await store.acquire('one', leaseOf('you'));
      t.is(job.state, 'cancelled');
      t.is(job.heldUntil, undefined);
      t.is(job.endedAt, 6);
      t.like(job.cancelled, { at: 5, reason: 'r' });
    }));

  test(`${name}: a changed workflow is what counts from then on`, (t) =>
    withStore(async (store) => {
      await store.create(newJob('one'), leaseOf('me'));
      const shape = { workflow: 'other', version: '2', tasks: [{ name: 'b', dependencies: ['a'], continueOnFailure: true }] };
      await store.append('one', 'me', { type: 'workflow.changed', at: 5, ...shape });
      t.like(await store.read('one'), shape);
    }));

  test(`${name}: jobs are listed and deleted by state, workflow and end`, (t) =>
    withStore(async (store) => {
      for (const [index, id] of ['one', 'two', 'three'].entries()) {
        await store.create({ ...newJob(id), createdAt: index }, leaseOf('me'));
      }
      await store.append('one', 'me', { type: 'attempt.started', task: 'a', attempt: 1, at: 1 });
      await store.append('one', 'me', { type: 'job.ended', at: 6, state: 'completed' });
      await store.append('two', 'me', { type: 'job.ended', at: 8, state: 'failed' });
      const ids = async (filter: Parameters<JobStore['list']>[0]) => (await store.list(filter)).jobs.map(({ id }) => id);
      t.deepEqual(await ids({}), ['three', 'two', 'one']);
      t.deepEqual(await ids({ state: 'running' }), ['three']);
      t.deepEqual(await ids({ workflow: 'none' }), []);
      t.is(await store.delete({ state: 'failed', before: 8 }), 0);
      t.is(await store.delete({ before: 7 }), 1);
      t.is(await store.delete({}), 1);
      t.deepEqual(await ids({}), ['three']);
      await store.create(newJob('one'), leaseOf('me'));
      t.deepEqual((await store.read('one'))?.attempts, []);
    }));
}
