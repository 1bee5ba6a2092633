import test from 'ava';
import { run, type TaskDefinition } from 'tintype';
import {
  always,
  CheckError,
  type CheckOptions,
  type Choice,
  checkWorkflow,
  eventually,
  type PathStep,
  ReplayError,
  type TestPathOptions,
  testPaths,
} from 'tintype/check';
import { readCheckOptions } from '../../src/check/check-options.ts';
import { System } from '../../src/check/model/system.ts';
import { ownJobs } from '../../src/check/replay/job-source.ts';
import { replay } from '../../src/check/replay/replay.ts';
import { AT_ONCE, task } from './dags.ts';

const tasks = [task('a', [], { timeout: 10 }), task('b', ['a'], { backoff: 5 })];
const options: TestPathOptions = { maxRetries: 1 };

test('each path has its own title, whatever the names of the tasks', (t) => {
  const names = [task('a'), task('a returns, then b'), task('b')];
  const paths = testPaths(names, { ...AT_ONCE, maxRetries: 0, cancel: false, outcomes: ['returns', 'throws'], cover: 'edges' });
  t.is(new Set(paths.map(({ description }) => description)).size, paths.length);
  t.true(paths.some(({ description }) => description.endsWith(' (2)')));
});

test('paths through all transitions are found and replayed', async (t) => {
  const paths = testPaths(tasks, options);
  t.true(paths.length > 3);
  for (const path of paths) {
    await path.replay();
    t.not(path.steps.at(-1)?.after.job, 'running');
  }
  const deeds = paths.flatMap(({ steps }) => steps.flatMap((step) => step.deeds));
  const transitions = new Set(
    deeds.flatMap((deed) => (deed.kind === 'event' ? [`${deed.event.from} -> ${deed.event.to}`] : [])),
  );
  for (const transition of ['running -> backingOff', 'backingOff -> ready', 'backingOff -> cancelled', 'running -> failed']) {
    t.true(transitions.has(transition), transition);
  }
});

test('paths through all states go through each that a check finds', (t) => {
  const between: TestPathOptions = { ...options, cancel: 'between-steps', reduce: { finishedContext: false } };
  const found = new Set<string>();
  const textOf = (job: string, states: readonly { readonly name: string; readonly state: string }[]) =>
    [job, ...states.map(({ name, state }) => `${name} ${state}`)].join();
  const collect = always('collect', (job) => found.add(textOf(job.state, job.tasks)).size > 0);
  checkWorkflow(tasks, { ...between, properties: [collect] });
  const gone = testPaths(tasks, { ...between, cover: 'states' }).flatMap(({ steps }) =>
    steps.map(({ after }) => textOf(after.job, after.tasks)),
  );
  t.deepEqual(
    new Set([
      textOf(
        'idle',
        tasks.map(({ name }) => ({ name, state: 'unscheduled' })),
      ),
      ...gone,
    ]).size,
    found.size,
  );
});

test('a path is the same for the same workflow, and its description is a sentence', (t) => {
  const ids = testPaths(tasks, options).map(({ id }) => id);
  t.deepEqual(
    testPaths(tasks, options).map(({ id }) => id),
    ids,
  );
  t.is(new Set(ids).size, ids.length);
  const chosen = testPaths([task('a')], { ...AT_ONCE, maxRetries: 2, cancel: false, outcomes: ['throws'] });
  t.deepEqual(
    chosen.map(({ description }) => description),
    ['the job starts, then a throws three times: the job ends as failed'],
  );
  const retried = testPaths([task('a', [], { backoff: 0, retryIf: () => true })], {
    maxRetries: 1,
    cancel: false,
    outcomes: ['throws'],
  });
  t.deepEqual(
    retried.map(({ description }) => description),
    [
      'the job starts, then a throws and is not retried: the job ends as failed',
      'the job starts, then a throws and is retried at once, then a throws: the job ends as failed',
    ],
  );
});

test('a description counts, and says when a job has not ended', (t) => {
  const often = testPaths([task('a')], { ...AT_ONCE, maxRetries: 6, cancel: false, outcomes: ['throws'] });
  t.is(often[0]?.description, 'the job starts, then a throws 7 times: the job ends as failed');
  const never = testPaths([task('a')], { cancel: false, outcomes: ['never'] });
  t.is(never[0]?.description, 'the job starts: the job has not ended');
});

test('a path says what is expected after each step', (t) => {
  const [path] = testPaths([task('a', [], { timeout: 10 })], { maxRetries: 0, cancel: false, outcomes: ['never'] });
  t.is(path?.description, 'the job starts, then a times out: the job ends as failed');
  t.deepEqual(path?.steps[0]?.after, {
    job: 'running',
    tasks: [{ name: 'a', state: 'running', runningAttempt: 1 }],
    timers: [{ task: 'a', timer: 'attemptTimeout' }],
  });
  t.deepEqual(path?.steps[1]?.after, { job: 'failed', tasks: [{ name: 'a', state: 'failed' }], timers: [] });
});

/** The steps in which an attempt ends that does not run, or a timer goes off that is not pending. */
const impossible = (steps: readonly PathStep[]): PathStep[] =>
  steps.filter(({ choice }, index) => {
    const before = steps[index - 1]?.after;
    if (choice.kind === 'attempt') {
      return before?.tasks.find(({ name }) => name === choice.task)?.runningAttempt === undefined;
    }
    return (
      choice.kind === 'timer' && !before?.timers.some(({ task: of, timer }) => of === choice.task && timer === choice.timer)
    );
  });

const alike: Readonly<Record<string, [tasks: readonly TaskDefinition[], options: TestPathOptions]>> = {
  'tasks with backoffs': [
    [task('a', [], { backoff: 5 }), task('b', [], { backoff: 5 }), task('c', ['a', 'b'])],
    { maxRetries: 1, cancel: 'between-steps' },
  ],
  'tasks that wait for a slot': [
    [task('a'), task('b', ['a'], { timeout: 5 }), task('c', ['a'], { timeout: 5 }), task('d', ['a'], { timeout: 5 })],
    { maxRetries: 1, maxConcurrency: 2, outcomes: ['returns', 'throws'] },
  ],
  'tasks whose attempts are not told apart when they are over': [
    [task('a'), task('b'), task('c')],
    { maxRetries: 2, cancel: false, reduce: { finishedContext: true } },
  ],
};

for (const [name, [defined, more]] of Object.entries(alike)) {
  test(`with symmetry, what is found is what a job can do: ${name}`, async (t) => {
    const symmetric: TestPathOptions = { ...more, reduce: { ...more.reduce, symmetry: true } };
    for (const cover of ['transitions', 'states', 'edges'] as const) {
      const paths = testPaths(defined, { ...symmetric, cover });
      t.is(new Set(paths.map(({ id }) => id)).size, paths.length);
      for (const path of paths) {
        t.deepEqual(impossible(path.steps), [], path.description);
        await path.replay();
      }
    }
    const late = eventually('few have ended', (job) => job.in('completed').length === 2 && job.in('running').length === 1);
    const early = eventually('two run', (job) => job.in('running').length === 2);
    for (const property of [late, early]) {
      const [violation] = checkWorkflow(defined, { ...symmetric, properties: [property] }).violations;
      t.deepEqual(impossible(violation?.steps ?? []), []);
      await violation?.replay();
    }
  });
}

test('a replay refuses steps that can not be', async (t) => {
  const { model } = readCheckOptions(tasks, options);
  const [path] = testPaths(tasks, { ...options, cover: 'edges', outcomes: ['returns'] });
  const [start] = path!.steps;
  const after = (choice: Choice): Promise<void> => replay(model, [start!, { ...start!, deeds: [], choice }], ownJobs);
  await t.notThrowsAsync(replay(model, [start!], ownJobs));
  await t.throwsAsync(after({ kind: 'attempt', task: 'b', outcome: 'returns' }), {
    instanceOf: ReplayError,
    message: /^In step 2, the job can't follow: no attempt of `b` is running\n/,
  });
  await t.throwsAsync(after({ kind: 'timer', task: 'b', timer: 'backoff' }), {
    message: /^In step 2, the job can't follow: the backoff timer of `b` is not pending\n/,
  });
  await t.throwsAsync(after({ kind: 'timer', timer: 'jobTimeout' }), {
    message: /the jobTimeout timer of the job is not pending/,
  });
});

test('a job whose events are chosen refuses what can not be', (t) => {
  const system = new System(readCheckOptions(tasks, options).model);
  system.take({ kind: 'start' });
  const refused = { instanceOf: CheckError };
  t.is(
    t.throws(() => system.take({ kind: 'attempt', task: 'b', outcome: 'returns' }), refused)?.message,
    'No attempt of `b` can end: none is running',
  );
  t.is(
    t.throws(() => system.take({ kind: 'timer', timer: 'jobTimeout' }), refused)?.message,
    "The jobTimeout timer of `job` can't fire: it is not pending",
  );
});

test('no more paths are made than wanted', (t) => {
  t.is(testPaths(tasks, { ...options, cover: 'edges', maxPaths: 2 }).length, 2);
});

test('a limit that is hit is an error, since paths need all states', (t) => {
  t.throws(() => testPaths(tasks, { ...options, limits: { states: 3 } }), {
    instanceOf: CheckError,
    message: 'The limit of states was reached after 3 states, but test paths need all states',
  });
});

test('paths are replayed by another run when one is given', async (t) => {
  let jobs = 0;
  for (const path of testPaths(tasks, { ...options, maxPaths: 1 })) {
    await path.replay((...given) => {
      jobs += 1;
      return run(...given);
    });
  }
  t.is(jobs, 1);
});

test('options of paths are refused when they are wrong', (t) => {
  t.throws(() => testPaths(tasks, { cover: 'everything' as never, maxPaths: 0 }), {
    message: /`cover` must be transitions, states, edges.*\n.*`maxPaths` must be an integer of at least 1/,
  });
  t.throws(() => testPaths(tasks, { covers: 'states' } as never), { message: /there is no option `covers`; .*properties/ });
  t.throws(() => testPaths(tasks, { properties: [() => true] } as never), { message: /`properties` must be/ });
});

test('the options of a check are options of paths too, and those that only a check needs change no path', (t) => {
  const ids = (more: TestPathOptions): string[] => testPaths(tasks, { ...options, ...more }).map(({ id }) => id);
  const ofCheck: CheckOptions = {
    properties: [always('nothing', () => false)],
    builtins: ['progress'],
    search: { walks: 1, seed: 1 },
  };
  t.deepEqual(ids(ofCheck), ids({}));
});
