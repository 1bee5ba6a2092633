import test from 'ava';
import { type Job, run, type TaskDefinition } from 'tintype';
import { checkWorkflow, ReplayError, type Runner, type TestPathOptions, testPaths } from 'tintype/check';
import { FAULTS, replayInAllModes } from './all-modes.ts';
import { UNDO_GRAPHS } from './undo-graphs.ts';

for (const { name, tasks, options, size, faultySize, countedSize } of UNDO_GRAPHS) {
  for (const [faults, expected, what] of [
    ['without', size, 'every step that the checker takes'],
    ['with', faultySize, 'what the checker takes for a crash and a resume'],
    ['counted', countedSize, 'a resume that counts interrupted attempts'],
  ] as const) {
    test(`${what} is what the runtime does with undo and finally, in all modes: ${name}`, async (t) => {
      const everything: TestPathOptions = {
        ...options,
        ...FAULTS[faults],
        reduce: { finishedContext: false, symmetry: false },
      };
      const report = checkWorkflow(tasks, everything);
      const paths = testPaths(tasks, { ...everything, cover: 'edges' });
      t.true(report.ok, String(report));
      t.deepEqual({ states: report.states, transitions: report.transitions, paths: paths.length }, expected);
      t.true((await replayInAllModes(paths)) > paths.length / 2);
    });
  }
}

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
