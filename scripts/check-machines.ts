/** Checks small workflows and replays paths of them; fails when anything is not as it was. Quick, for `npm run mutate`. */
import { checkWorkflow, testPaths } from 'tintype/check';
import { DAGS } from '../test/check/dags.ts';

for (const { name, tasks, options, size } of DAGS) {
  const everything = { ...options, reduce: { finishedContext: false }, limits: { states: 2 * size.states } };
  const report = checkWorkflow(tasks, everything);
  if (!report.ok || report.states !== size.states || report.transitions !== size.transitions) {
    throw new Error(`${name}: ${JSON.stringify(size)} was expected.\n${report}`);
  }
  for (const path of testPaths(tasks, options)) {
    await path.replay();
  }
}
