import type { ExecutionContext } from 'ava';
import { getJob, resume, run, workflow } from 'tintype';
import type { JobStore, JobSummary, NewJob } from '../../src/journal/job-store.ts';
import { deferred } from '../../src/runtime/deferred.ts';

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
        { onFailure: 'finishRunning' },
        { backoff: 5, onFailure: 'keepGoing' },
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

  test(`${name}: what a task requires of its dependencies is saved, and whether it has a condition`, (t) =>
    withStore(async (store) => {
      const plain = (taskName: string) => ({ name: taskName, dependencies: [], continueOnFailure: false });
      const tasks = [
        ...['a', 'b', 'c', 'd'].map(plain),
        {
          ...plain('e'),
          dependencies: ['a', 'b', 'c', 'd'],
          settled: ['b'],
          anyOf: [['c'], ['d']],
          isConditional: true as const,
        },
        { ...plain('f'), dependencies: ['a'], isConditional: true as const },
      ];
      await store.create({ ...newJob('one'), tasks }, leaseOf('me'));
      t.deepEqual((await store.read('one'))?.tasks, tasks);
      t.deepEqual((await store.acquire('one', leaseOf('me'))).tasks, tasks);
      const changed = [plain('a'), { ...plain('e'), dependencies: ['a'], anyOf: [['a']] }];
      await store.append('one', 'me', {
        type: 'workflow.changed',
        at: 5,
        workflow: 'flow',
        version: undefined,
        tasks: changed,
      });
      t.deepEqual((await store.read('one'))?.tasks, changed);
    }));

  test(`${name}: a condition has one outcome, which is listed with the attempts`, (t) =>
    withStore(async (store) => {
      await store.create(newJob('one'), leaseOf('me'));
      const held = { type: 'condition.decided', task: 'a', attempt: 0, at: 1, holds: true } as const;
      const skipped = { type: 'condition.decided', task: 'b', attempt: 0, at: 2, holds: false } as const;
      const failed = { type: 'condition.failed', task: 'c', attempt: 0, at: 3, error: 'e' } as const;
      const started = { type: 'attempt.started', task: 'a', attempt: 1, at: 4 } as const;
      for (const entry of [held, skipped, failed, started]) {
        await store.append('one', 'me', entry);
      }
      await store.append('one', 'me', { ...held, at: 7, holds: false });
      await store.append('one', 'me', { ...failed, task: 'a', at: 8 });
      await store.append('one', 'me', { type: 'condition.decided', task: 'c', attempt: 0, at: 9, holds: true });
      const attempts = [
        { task: 'a', attempt: 0, startedAt: 1, outcome: held },
        { task: 'b', attempt: 0, startedAt: 2, outcome: skipped },
        { task: 'c', attempt: 0, startedAt: 3, outcome: failed },
        { task: 'a', attempt: 1, startedAt: 4, outcome: undefined },
      ];
      t.deepEqual((await store.read('one'))?.attempts, attempts);
      t.deepEqual((await store.acquire('one', leaseOf('me'))).attempts, attempts);
      await t.throwsAsync(store.append('one', 'you', { ...held, task: 'd' }), { code: 'LEASE_LOST' });
      t.is((await store.read('one'))?.attempts.length, 4);
    }));

  test(`${name}: a decision about a condition holds after a resume`, (t) =>
    withStore(async (store) => {
      const decided: string[] = [];
      const reached = deferred<void>();
      const decide = (task: string, holds: boolean) => () => decided.push(task) > 0 && holds;
      const flow = (isOver: boolean) =>
        workflow('flow')
          .task({ name: 'a', run: () => ({ route: 'manual' }) })
          .task({ name: 'b', dependencies: ['a'], when: decide('b', true), run: () => ({ b: 1 }) })
          .task({ name: 'c', dependencies: ['a'], when: decide('c', false), run: () => ({ c: 1 }) })
          .task({ name: 'd', dependencies: ['a'], when: { a: { route: 'auto' } }, run: () => ({}) })
          .task({
            name: 'e',
            dependencies: ['a'],
            continueOnFailure: true,
            when: () => {
              throw new TypeError('no');
            },
            run: () => ({}),
          })
          .task({
            name: 'f',
            dependencies: ['b', { settled: 'e' }, { anyOf: ['a', 'c', 'd'] }],
            run: async (_, { outcomes }) => {
              reached.resolve();
              return isOver ? { f: outcomes.e.error instanceof Error && outcomes.c.state } : new Promise<never>(() => {});
            },
          });
      const job = run(flow(false), { id: 'one', store, onFailure: 'keepGoing' });
      await reached.promise;
      job.suspend();
      await job;
      t.like(await getJob(store, 'one'), { retryPolicy: { onFailure: 'keepGoing' } });
      const result = await resume(flow(true), 'one', { store });
      t.like(result, { state: 'completed', context: { b: 1, f: 'skipped' } });
      t.deepEqual(decided, ['b', 'c']);
      const { conditions = [], attempts = [] } = (await getJob(store, 'one')) ?? {};
      t.deepEqual(
        conditions
          .map(({ task, at: _, ...condition }) => [task, 'error' in condition ? `${condition.error}` : condition.holds])
          .sort(),
        [
          ['b', true],
          ['c', false],
          ['d', false],
          ['e', 'TypeError: no'],
        ],
      );
      t.deepEqual(attempts.map(({ task }) => task).sort(), ['a', 'b', 'f']);
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

  test(`${name}: a call that is repeated by its owner, since the reply got lost, succeeds again`, (t) =>
    withStore(async (store) => {
      await store.create(newJob('one'), leaseOf('me'));
      await store.create(newJob('one'), leaseOf('me'));
      await t.throwsAsync(store.create(newJob('one'), leaseOf('you')), { code: 'JOB_EXISTS' });
      t.is((await store.list({})).jobs.length, 1);
    }));

  test(`${name}: the owners of expired leases are kept until an outcome clears them`, (t) =>
    withStore(async (store) => {
      const deathsOf = async (id: string) => (await store.read(id))?.deaths ?? [];
      await store.create(newJob('one'), leaseOf('p.1/9'));
      await store.create(newJob('two'), leaseOf('p.2/9'));
      t.deepEqual((await store.acquire('one', leaseOf('q.1!/9', 100, 200))).deaths, ['p.1/9']);
      t.deepEqual((await store.acquire('one', leaseOf('q.1!/9', 100, 200))).deaths, ['p.1/9']);
      await store.release('one', 'q.1!/9');
      t.deepEqual((await store.acquire('one', leaseOf('r.1/9', 100, 200))).deaths, ['p.1/9']);
      t.deepEqual((await store.acquire('one', leaseOf('s.1/9', 200, 300))).deaths, ['p.1/9', 'r.1/9']);
      await store.append('one', 's.1/9', { type: 'job.recovered', at: 1, deaths: ['p', 'r'] });
      t.deepEqual(await deathsOf('one'), ['p', 'r']);
      const suspects = async (process: string) => (await store.suspects?.(process))?.filter(({ deaths }) => deaths.length > 1);
      t.like(await suspects('r'), [{ id: 'one', owner: 's.1/9', deaths: ['p', 'r'] }]);
      t.like(await suspects('s'), [{ id: 'one', owner: 's.1/9', deaths: ['p', 'r'] }]);
      await t.throwsAsync(store.append('one', 'r.1/9', { type: 'job.recovered', at: 1, deaths: [] }), { code: 'LEASE_LOST' });
      const outcome = { type: 'attempt.succeeded', task: 'a', attempt: 1, at: 2, output: undefined } as const;
      await store.append('one', 's.1/9', outcome);
      t.deepEqual(await deathsOf('one'), ['p', 'r']);
      await store.append('one', 's.1/9', { ...outcome, clearsDeaths: true });
      t.deepEqual(await deathsOf('one'), []);
      t.deepEqual(await suspects('r'), []);
      const decided = { type: 'condition.decided', task: 'a', attempt: 0, at: 2, holds: true } as const;
      for (const [index, decision] of [
        decided,
        { type: 'condition.failed', task: 'b', attempt: 0, at: 2, error: 'e' } as const,
      ].entries()) {
        t.is((await store.acquire('one', leaseOf(`t.${index}/9`, 300 + 100 * index, 400 + 100 * index))).deaths?.length, 1);
        await store.append('one', `t.${index}/9`, decision);
        t.is((await deathsOf('one')).length, 1);
        await store.append('one', `t.${index}/9`, { ...decision, clearsDeaths: true });
        t.deepEqual(await deathsOf('one'), []);
      }
      const saved = (await store.read('one'))?.attempts.find(({ task, attempt }) => task === 'a' && attempt === 0);
      t.deepEqual(saved?.outcome, decided);
      t.is((await store.acquire('two', leaseOf('q.2/9', 100, 200))).deaths?.length, 1);
      await store.append('two', 'q.2/9', { type: 'job.recovered', at: 3, deaths: [] });
      t.deepEqual(await deathsOf('two'), []);
      t.is((await store.acquire('two', leaseOf('r.2/9', 200, 300))).deaths?.length, 1);
      await store.append('two', 'r.2/9', { type: 'job.ended', at: 3, state: 'failed', clearsDeaths: true });
      t.deepEqual(await deathsOf('two'), []);
      t.deepEqual((await store.acquire('two', leaseOf('x'))).deaths, []);
    }));

  test(`${name}: a list shows how a job will end that undoes tasks or runs its finally tasks`, (t) =>
    withStore(async (store) => {
      const endingInList = async () => (await store.list({})).jobs.map(({ ending }) => ending);
      await store.create(newJob('one'), leaseOf('me'));
      t.deepEqual(await endingInList(), [undefined]);
      for (const phase of ['undoing', 'finishing'] as const) {
        await store.append('one', 'me', { type: 'job.ending', at: 5, phase, state: 'failed', acted: [`${phase} "task"`] });
        t.like((await endingInList())[0], { at: 5, phase, state: 'failed' });
        t.like(await store.read('one'), { ending: { at: 5, phase, state: 'failed' }, acted: [`${phase} "task"`] });
      }
      t.is((await store.list({ state: 'running' })).jobs.length, 1);
    }));

  test(`${name}: a stuck job is held by nobody until it is retried, and deleted only on request`, (t) =>
    withStore(async (store) => {
      const jobsIn = async (state: JobSummary['state']) => (await store.list({ state })).jobs.map(({ id }) => id);
      await store.create(newJob('one'), leaseOf('p.1/9'));
      t.is((await store.acquire('one', leaseOf('q.1/9', 100, 200))).deaths?.length, 1);
      await store.append('one', 'q.1/9', { type: 'job.stuck', at: 5 });
      await t.throwsAsync(store.renew('one', leaseOf('q.1/9')), { code: 'LEASE_LOST' });
      const stuck = { state: 'stuck', endedAt: 5, heldUntil: undefined, deaths: ['p.1/9'] } as const;
      t.like(await store.acquire('one', leaseOf('r.1/9')), stuck);
      t.like(await store.read('one'), stuck);
      t.deepEqual([await jobsIn('stuck'), await jobsIn('running')], [['one'], []]);
      t.is(await store.delete({}), 0);
      t.is(await store.delete({ id: 'one' }), 0);
      t.is((await store.suspects?.('p'))?.length, 1);
      const again = { state: 'running', endedAt: undefined, heldUntil: 100, deaths: [] } as const;
      t.like(await store.acquire('one', { ...leaseOf('r.1/9'), retryStuck: true }), again);
      t.like(await store.read('one'), again);
      t.deepEqual([await jobsIn('stuck'), await jobsIn('running')], [[], ['one']]);
      t.deepEqual(await store.suspects?.('p'), []);
      await t.throwsAsync(store.acquire('one', { ...leaseOf('s.1/9'), retryStuck: true }), { code: 'JOB_HELD' });
      await store.append('one', 'r.1/9', { type: 'job.stuck', at: 7 });
      t.is(await store.delete({ state: 'stuck', before: 7 }), 0);
      t.is(await store.delete({ state: 'stuck' }), 1);
      t.is(await store.read('one'), undefined);
    }));

  test(`${name}: jobs are listed and deleted by state, workflow, id and end`, (t) =>
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
      t.deepEqual(await ids({ state: 'failed', workflow: 'flow' }), ['two']);
      t.deepEqual(await ids({ workflow: 'none' }), []);
      t.is(await store.delete({ state: 'failed', before: 8 }), 0);
      t.is(await store.delete({ id: 'three' }), 0);
      t.is(await store.delete({ id: 'two', before: 8 }), 0);
      t.is(await store.delete({ id: 'two', workflow: 'other' }), 0);
      t.is(await store.delete({ before: 7 }), 1);
      t.is(await store.delete({ id: 'two' }), 1);
      t.is(await store.delete({}), 0);
      t.deepEqual(await ids({}), ['three']);
      await store.create(newJob('one'), leaseOf('me'));
      t.deepEqual((await store.read('one'))?.attempts, []);
    }));

  test(`${name}: a list comes in pages, newest first, whatever is created and deleted meanwhile`, (t) =>
    withStore(async (store) => {
      const made = Array.from({ length: 250 }, (_, index) => ({
        ...newJob(index % 3 === 0 ? `job ${index}` : `ä😀 ${index}`),
        workflow: `w${index % 2}`,
        createdAt: Math.floor(index / 40),
      }));
      await Promise.all(made.map((job) => store.create(job, leaseOf('me'))));
      const isEnded = (index: number) => index % 5 === 0;
      const ended = made.filter((_, index) => isEnded(index));
      await Promise.all(ended.map(({ id }) => store.append(id, 'me', { type: 'job.ended', at: 5, state: 'completed' })));
      const compare = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));
      const sorted = made.map((job, index) => ({ ...job, state: isEnded(index) ? 'completed' : 'running' }));
      sorted.sort((a, b) => b.createdAt - a.createdAt || compare(b.id, a.id));
      const filters = [{}, { state: 'completed' }, { workflow: 'w1' }, { state: 'running', workflow: 'w0' }] as const;
      for (const filter of filters) {
        const expected = sorted.filter((job) => isMatch(filter, job)).map(({ id }) => id);
        for (const limit of [1, 7, 1000]) {
          const pages: string[][] = [];
          let after: string | undefined;
          do {
            const page = await store.list({ ...filter, limit, after });
            pages.push(page.jobs.map(({ id }) => id));
            after = page.next;
          } while (after !== undefined);
          t.deepEqual(pages.flat(), expected);
          t.is(pages.length, Math.max(Math.ceil(expected.length / limit), 1));
        }
      }
      t.is((await store.list({})).jobs.length, 100);
      const { next } = await store.list({ state: 'completed', limit: 10 });
      const left = (await store.list({ state: 'completed', after: next, limit: 1000 })).jobs;
      await store.create({ ...newJob('newer'), createdAt: 99 }, leaseOf('me'));
      await store.delete({ id: (await store.list({ state: 'completed', limit: 10 })).jobs.at(-1)?.id as string });
      t.deepEqual((await store.list({ state: 'completed', after: next, limit: 1000 })).jobs, left);
    }));

  test(`${name}: a page that can't be is refused`, (t) =>
    withStore(async (store) => {
      for (const limit of [0, 1001, 1.5, '7' as never]) {
        await t.throwsAsync(async () => store.list({ limit }), {
          code: 'INVALID_ARGUMENT',
          message: /^`limit` must be an integer from 1 to 1000, got /,
        });
      }
      for (const after of ['', 'x', '1:g', ':ff', 7 as never]) {
        await t.throwsAsync(async () => store.list({ after }), {
          code: 'INVALID_ARGUMENT',
          message: /^`after` must be the `next` of another page, got /,
        });
      }
    }));

  test(`${name}: a changed workflow is what the job is listed by`, (t) =>
    withStore(async (store) => {
      await store.create(newJob('one'), leaseOf('me'));
      t.is((await store.list({ workflow: 'flow' })).jobs.length, 1);
      const shape = { workflow: 'other', version: undefined, tasks: [] };
      await store.append('one', 'me', { type: 'workflow.changed', at: 5, ...shape });
      await store.append('one', 'me', { type: 'job.ended', at: 6, state: 'failed' });
      t.is((await store.list({ workflow: 'flow' })).jobs.length, 0);
      t.is((await store.list({ workflow: 'other', state: 'running' })).jobs.length, 0);
      t.is((await store.list({ workflow: 'other', state: 'failed' })).jobs.length, 1);
      t.is(await store.delete({ workflow: 'flow' }), 0);
      t.is(await store.delete({ workflow: 'other' }), 1);
      t.is((await store.list({ workflow: 'other' })).jobs.length, 0);
    }));
}

const isMatch = (filter: object, job: object): boolean =>
  Object.entries(filter).every(([key, value]) => job[key as keyof typeof job] === value);
