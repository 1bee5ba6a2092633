/** Checks small workflows and replays their paths. Fails if anything changed. Fast, for `npm run mutate`. */
import { checkWorkflow, testPaths } from 'tintype/check';
import { BRANCH_GRAPHS } from '../test/check/branch-graphs.ts';
import { DAGS } from '../test/check/dags.ts';
import { UNDO_GRAPHS } from '../test/check/undo-graphs.ts';

for (const { name, tasks, options, size } of [...DAGS, ...BRANCH_GRAPHS, ...UNDO_GRAPHS]) {
  const everything = { ...options, reduce: { finishedContext: false, symmetry: false }, limits: { states: 2 * size.states } };
  const report = checkWorkflow(tasks, everything);
  if (!report.ok || report.states !== size.states || report.transitions !== size.transitions) {
    throw new Error(`${name}: expected ${JSON.stringify(size)}.\n${report}`);
  }
  for (const path of testPaths(tasks, options)) {
    await path.replay();
  }
}
