import test from 'ava';
import { type Job, run, type TaskDefinition } from 'tintype';
import { ReplayError, type Runner, testPaths } from 'tintype/check';
import { replayEachStep } from './replay-each-step.ts';
import { UNDO_GRAPHS } from './undo-graphs.ts';

replayEachStep(UNDO_GRAPHS, 'undo and finally');

type Undo = Extract<TaskDefinition['undo'], object & { run: unknown }>;

const neverFailing = ({ run: original, ...undo }: Undo): Undo => ({
  ...undo,
  run: async (...given) => {
    await Promise.resolve(original(...given)).catch(() => {});
  },
});

/** Jobs with a mistake that a replay must find. */
const BROKEN: Readonly<Record<string, Runner>> = {
  'that undoes nothing': (tasks, options) => run(tasks, { ...options, undo: false }) as Job,
  'whose finally tasks are none': (tasks, options) =>
    run(
      tasks.map(({ finally: _, ...one }) => one),
      options,
    ) as Job,
  'whose undos never fail': (tasks, options) =>
    run(
      tasks.map(({ undo, ...one }) => ({ ...one, undo: typeof undo === 'object' ? neverFailing(undo) : undo })),
      options,
    ) as Job,
};

test('a replay finds jobs that undo and finish differently', async (t) => {
  const paths = UNDO_GRAPHS.flatMap(({ tasks, options }) => testPaths(tasks, { ...options, cover: 'edges', maxPaths: 200 }));
  for (const [name, start] of Object.entries(BROKEN)) {
    const outcomes = await Promise.allSettled(paths.map((path) => path.replay(start)));
    const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as Error] : []));
    t.true(errors.length > 0, name);
    t.true(errors.length < paths.length, name);
    t.true(
      errors.every((error) => error instanceof ReplayError),
      name,
    );
  }
});
