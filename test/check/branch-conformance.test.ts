import test from 'ava';
import { type Dependency, type Job, run } from 'tintype';
import { ReplayError, type Runner, testPaths } from 'tintype/check';
import { BRANCH_GRAPHS } from './branch-graphs.ts';
import { replayEachStep } from './replay-each-step.ts';

replayEachStep(BRANCH_GRAPHS, 'branches');

/** Jobs with a mistake that a replay must find. */
const BROKEN: Readonly<Record<string, Runner>> = {
  'that stops when a task fails': (tasks, options) => run(tasks, { ...options, onFailure: 'stop' }) as Job,
  'whose joins require all tasks to complete': (tasks, options) =>
    run(
      tasks.map((one) => ({ ...one, dependencies: [...(one.dependencies ?? [])].flatMap(namesIn) })),
      options,
    ) as Job,
  'whose conditions are ignored': (tasks, options) =>
    run(
      tasks.map(({ when: _, ...one }) => one),
      options,
    ) as Job,
  'whose conditions that throw do not hold': (tasks, options) =>
    run(
      tasks.map(({ when, ...one }) => ({ ...one, when: typeof when === 'function' ? orFalse(when) : when })),
      options,
    ) as Job,
};

const namesIn = (edge: Dependency): readonly string[] => (typeof edge === 'string' ? [edge] : Object.values(edge).flat());

const orFalse = (condition: (context: object) => boolean) => (context: object) => {
  try {
    return condition(context);
  } catch {
    return false;
  }
};

test('a replay finds jobs that handle branches differently', async (t) => {
  const paths = BRANCH_GRAPHS.flatMap(({ tasks, options }) => testPaths(tasks, { ...options, cover: 'edges', maxPaths: 200 }));
  for (const [name, start] of Object.entries(BROKEN)) {
    const outcomes = await Promise.allSettled(paths.map((path) => path.replay(start)));
    const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as Error] : []));
    t.true(errors.length > 0, name);
    t.true(errors.length < paths.length, name);
    t.true(errors.every((error) => error instanceof ReplayError));
  }
});
