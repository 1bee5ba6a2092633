import test from 'ava';
import { checkWorkflow, type TestPathOptions, testPaths } from 'tintype/check';
import { FAULTS, replayInAllModes } from './all-modes.ts';
import type { BranchGraph } from './branch-graphs.ts';

/**
 * Declares tests that check graphs and replay every step: without crashes, with crashes, and with crashes and interrupted attempts that count.
 * @param what what the graphs have, for the titles
 */
export function replayEachStep(graphs: readonly BranchGraph[], what: string): void {
  for (const { name, tasks, options, size, faultySize, countedSize } of graphs) {
    for (const [faults, expected, steps] of [
      ['without', size, 'every step that the checker takes'],
      ['with', faultySize, 'what the checker takes for a crash and a resume'],
      ['counted', countedSize, 'a resume that counts interrupted attempts'],
    ] as const) {
      test(`${steps} is what the runtime does with ${what}, in all modes: ${name}`, async (t) => {
        const everything: TestPathOptions = {
          ...options,
          ...FAULTS[faults],
          reduce: { finishedContext: false, symmetry: false },
        };
        const report = checkWorkflow(tasks, everything);
        const paths = testPaths(tasks, { ...everything, cover: 'edges' });
        t.true(report.ok, String(report));
        t.deepEqual({ states: report.states, transitions: report.transitions, paths: paths.length }, expected);
        const inTurn = faults === 'counted';
        t.true((await replayInAllModes(paths, inTurn)) > paths.length / (inTurn ? 6 : 2));
      });
    }
  }
}
