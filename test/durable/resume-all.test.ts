import test from 'ava';
import { type Job, type JobStore, JobStoreError, type ResumeProblem, resumeAll, run, workflow } from 'tintype';
import { deadJob } from '../helpers/dead-jobs.ts';
import { MemoryStore } from '../helpers/memory-store.ts';

const log: string[] = [];

const flow = workflow('flow')
  .context<{ id?: string }>()
  .task({ name: 'a', run: ({ id }) => void log.push(id ?? '') })
  .task({ name: 'b', dependencies: ['a'], run: () => {} });

const collect = () => {
  const problems: ResumeProblem[] = [];
  return { problems, onProblem: (problem: ResumeProblem) => void problems.push(problem) };
};

const codeOf = ({ error }: ResumeProblem) => (error as Error & { code: string }).code;

/** How jobs end, as in "one completed". */
const endsOf = async (jobs: readonly Job[]) =>
  (await Promise.all(jobs.map(async (job) => `${job.id} ${(await job).state}`))).toSorted();

/** A job that another process runs, and that process. */
async function heldJob(store: JobStore, id: string): Promise<() => void> {
  await deadJob(store, id, []);
  let count = 0;
  const renew = () => {
    count += 1;
    return store.renew(id, { owner: `alive.${id}/20`, now: 0, until: Date.now() + 20 + count });
  };
  await store.acquire(id, { owner: `alive.${id}/20`, now: 0, until: Date.now() + 20 });
  const timer = setInterval(renew, 2);
  return () => clearInterval(timer);
}

test('resumeAll runs at most maxJobs jobs at a time, oldest first', async (t) => {
  const store = new MemoryStore();
  let running = 0;
  let most = 0;
  const started: string[] = [];
  const slow = workflow('flow')
    .context<{ id: string }>()
    .task({
      name: 'a',
      run: async ({ id }) => {
        started.push(id);
        running += 1;
        most = Math.max(most, running);
        await new Promise(setImmediate);
        running -= 1;
      },
    })
    .task({ name: 'b', dependencies: ['a'], run: () => {} });
  const ids = Array.from({ length: 250 }, (_, index) => `job ${String(index).padStart(3, '0')}`);
  for (const id of ids) {
    await deadJob(store, id, [], { id });
  }
  const jobs = await resumeAll([slow], { store, maxJobs: 3 });
  t.is(store.calls.filter((call) => call === 'acquire').length <= 3, true);
  const results = await Promise.all(jobs);
  t.deepEqual(
    results.map(({ state }) => state),
    ids.map(() => 'completed'),
  );
  t.is(most, 3);
  t.deepEqual(started, ids);
});

test('jobs that wait for their turn can be suspended', async (t) => {
  const store = new MemoryStore();
  const stays = workflow('flow')
    .task({ name: 'a', run: () => new Promise<undefined>(() => {}) })
    .task({ name: 'b', dependencies: ['a'], run: () => {} });
  for (const id of ['one', 'two', 'three']) {
    await deadJob(store, id, []);
  }
  const { problems, onProblem } = collect();
  const jobs = await resumeAll([stays], { store, maxJobs: 1, onProblem });
  const [first, second, third] = [...jobs] as const;
  const began = new Promise<void>((resolve) => third?.on('task.running', () => resolve()));
  second?.suspend();
  t.is((await second)?.state, 'detached');
  first?.suspend();
  await began;
  third?.suspend();
  await third;
  t.deepEqual(problems, []);
});

test('a job that another process keeps is left after one lease, and delays no other', async (t) => {
  const store = new MemoryStore();
  const stop = await heldJob(store, 'held');
  await deadJob(store, 'free', []);
  await deadJob(store, 'expired', ['p']);
  const { problems, onProblem } = collect();
  const jobs = await resumeAll([flow], { store, maxJobs: 1, onProblem });
  const ended: string[] = [];
  await Promise.all(jobs.map(async (job) => ended.push(`${job.id} ${(await job).state}`)));
  stop();
  t.deepEqual(ended.toSorted(), ['expired completed', 'free completed', 'held detached']);
  t.is(ended[0], 'free completed');
  t.deepEqual(
    problems.map((problem) => [problem.id, problem.workflow, codeOf(problem)]),
    [['held', 'flow', 'JOB_HELD']],
  );
});

test('a held job is left even if the store doesn’t say who holds it', async (t) => {
  const store = new MemoryStore();
  await deadJob(store, 'held', []);
  store.acquire = async () => {
    throw new JobStoreError('JOB_HELD', 'held');
  };
  const { problems, onProblem } = collect();
  t.deepEqual(await endsOf(await resumeAll([flow], { store, lease: 9, onProblem })), ['held detached']);
  t.deepEqual(problems.map(codeOf), ['JOB_HELD']);
});

test('what resumeAll can’t take is reported once, and the rest continues', async (t) => {
  const store = new MemoryStore();
  await deadJob(store, 'stuck before', []);
  await store.acquire('stuck before', { owner: 'x', now: 0, until: 1 });
  await store.append('stuck before', 'x', { type: 'job.stuck', at: 1 });
  await deadJob(store, 'stuck now', ['p', 'q', 'r!', 's!']);
  await deadJob(store, 'good', []);
  await deadJob(store, 'damaged', []);
  Object.assign(store.rows.get('damaged') as object, { context: 'no JSON' });
  const other = run(workflow('other').task({ name: 'x', run: () => {} }), { id: 'other', store });
  await other;
  Object.assign(store.rows.get('other') as object, { state: 'running', endedAt: undefined });
  await deadJob(store, 'changed', []);
  Object.assign(store.rows.get('changed') as object, { version: '7' });
  const { problems, onProblem } = collect();
  t.deepEqual(await endsOf(await resumeAll([flow], { store, onProblem })), [
    'changed detached',
    'damaged detached',
    'good completed',
    'stuck now detached',
  ]);
  t.deepEqual(problems.map((problem) => `${problem.id}: ${problem.workflow} ${codeOf(problem)}`).toSorted(), [
    'changed: flow WORKFLOW_CHANGED',
    'damaged: flow STORE_UNREADABLE',
    'other: other UNKNOWN_WORKFLOW',
    'stuck before: flow JOB_STUCK',
    'stuck now: flow JOB_STUCK',
  ]);
  t.deepEqual(await endsOf(await resumeAll([flow], { store, onProblem: () => {}, retryStuck: true })), [
    'changed detached',
    'damaged detached',
    'stuck before completed',
    'stuck now completed',
  ]);
});

test('an unreadable entry of the list is reported', async (t) => {
  const store = new MemoryStore();
  const problem = new Error('bad row');
  store.list = async ({ state }) => ({ jobs: state === 'running' ? [{ id: 'bad', problem } as never] : [], next: undefined });
  const { problems, onProblem } = collect();
  t.deepEqual(await resumeAll([flow], { store, onProblem }), []);
  t.deepEqual(problems, [{ id: 'bad', workflow: undefined, error: problem as never }]);
});

test('an onProblem that throws harms nothing', async (t) => {
  const store = new MemoryStore();
  await deadJob(store, 'changed', []);
  Object.assign(store.rows.get('changed') as object, { version: '7' });
  const errors: unknown[] = [];
  const jobs = await resumeAll([flow], {
    store,
    onListenerError: (error) => errors.push(error),
    onProblem: () => {
      throw new Error('no');
    },
  });
  t.is((await jobs[0])?.state, 'detached');
  t.deepEqual(errors, [new Error('no')]);
});

test('wrong options of resumeAll are refused', async (t) => {
  const store = new MemoryStore();
  const options = { store, maxJobs: 0, onProblem: 'no' } as never;
  await t.throwsAsync(resumeAll([flow], options), {
    code: 'INVALID_WORKFLOW',
    message: /`maxJobs` must be an integer from 1 to \d+, or Infinity, got 0[\s\S]*`onProblem` must be a function/,
  });
});
