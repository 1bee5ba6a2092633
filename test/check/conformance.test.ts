import test from 'ava';
import type { Job } from 'tintype';
import { run } from 'tintype';
import { checkWorkflow, ReplayError, type Runner, testPaths } from 'tintype/check';
import { DAGS } from './dags.ts';

/** By the interpreter of XState. */
const plain: Runner = (tasks, options) => run(tasks, { ...options, interpreter: 'xstate' }) as Job;

for (const { name, tasks, options, size } of DAGS) {
  const everything = { ...options, reduce: { finishedContext: false, symmetry: false } };

  test(`every step that the checker takes is what the runtime does, with both interpreters: ${name}`, async (t) => {
    const { ok, states, transitions } = checkWorkflow(tasks, everything);
    const paths = testPaths(tasks, { ...everything, cover: 'edges' });
    t.true(ok);
    t.deepEqual({ states, transitions, paths: paths.length }, size);
    for (const path of paths) {
      await path.replay();
      await path.replay(plain);
    }
  });
}

const DEFAULTS: readonly (readonly [name: string, states: number, transitions: number])[] = [
  ['join of 3, with timeouts and a backoff', 226, 437],
  ['chain of 3, with a timeout', 172, 325],
];

for (const [name, states, transitions] of DEFAULTS) {
  test(`the same goes for the default retry policy: ${name}`, async (t) => {
    const { tasks, options } = DAGS.find((dag) => dag.name === name)!;
    const everything = {
      ...options,
      backoff: undefined,
      retryIf: undefined,
      reduce: { finishedContext: false, symmetry: false },
    };
    t.like(checkWorkflow(tasks, everything), { ok: true, states, transitions });
    for (const path of testPaths(tasks, { ...everything, cover: 'edges' })) {
      await path.replay();
    }
  });
}

const diamond = DAGS[3]!;

const broken: Readonly<Record<string, Runner>> = {
  'that has one slot more': (tasks, options) => run(tasks, { ...options, maxConcurrency: 3 }) as Job,
  'that repeats less often': (tasks, options) => run(tasks, { ...options, maxRetries: 0 }) as Job,
  'without the timeouts of its tasks': (tasks, options) =>
    run(
      tasks.map(({ timeout: _, ...task }) => task),
      options,
    ) as Job,
  'whose tasks come in another order': (tasks, options) => run([...tasks].reverse(), options) as Job,
  'without backoffs': (tasks, options) =>
    run(
      tasks.map(({ backoff: _, ...task }) => task),
      { ...options, backoff: 0 },
    ) as Job,
  'in which a failure is not tolerated': (tasks, options) =>
    run(
      tasks.map(({ continueOnFailure: _, ...task }) => task),
      options,
    ) as Job,
};

for (const [name, start] of Object.entries(broken)) {
  test(`a replay finds a job ${name}`, async (t) => {
    const paths = testPaths(diamond.tasks, diamond.options);
    const outcomes = await Promise.allSettled(paths.map((path) => path.replay(start)));
    const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as ReplayError] : []));
    t.true(errors.length > 0);
    for (const error of errors) {
      t.true(error instanceof ReplayError);
      t.regex(error.message, /^In step \d+, expected .+, got /);
    }
  });
}
