import test from 'ava';
import type { Job } from 'tintype';
import { run } from 'tintype';
import { checkWorkflow, ReplayError, type Runner, testPaths } from 'tintype/check';
import { DAGS } from './dags.ts';

/** How many states and steps each has; a change of the machines shows here. */
const SIZES: Readonly<Record<string, { readonly states: number; readonly transitions: number; readonly paths: number }>> = {
  'join of 3, with timeouts and a backoff': { states: 108, transitions: 629, paths: 605 },
  'chain of 3, with a timeout': { states: 78, transitions: 395, paths: 373 },
  'diamond of 4, with a job timeout': { states: 194, transitions: 1045, paths: 1003 },
  'diamond of 5 with two slots, and timeouts': { states: 954, transitions: 7083, paths: 6771 },
};

for (const { name, tasks, options } of DAGS) {
  const everything = { ...options, reduce: { finishedContext: false } };

  test(`every step that the checker takes is what the runtime does: ${name}`, async (t) => {
    t.timeout(300_000);
    const { ok, states, transitions } = checkWorkflow(tasks, everything);
    const paths = testPaths(tasks, { ...everything, cover: 'edges' });
    t.true(ok);
    t.deepEqual({ states, transitions, paths: paths.length }, SIZES[name]);
    for (const path of paths) {
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
      options,
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
      t.regex(error.message, /^In step \d+, the job (does|is) .+, expected was /);
    }
  });
}
