import test from 'ava';
import { testPaths } from 'tintype/check';
import { readCheckOptions } from '../../src/check/check-options.ts';
import type { Choice } from '../../src/check/model/choice.ts';
import { ownJobs } from '../../src/check/replay/job-source.ts';
import { replay } from '../../src/check/replay/replay.ts';
import { type PathStep, trace } from '../../src/check/report/trace.ts';
import { explore } from '../../src/check/search/explore.ts';
import { Inspector } from '../../src/check/search/inspector.ts';
import { DAGS } from './dags.ts';

const CALLS: readonly string[] = ['event', 'called', 'aborted'];

const callsIn = (step: PathStep | undefined): number => step?.deeds.filter(({ kind }) => CALLS.includes(kind)).length ?? 0;

const choicesBefore = (choices: readonly Choice[], last: Choice): Choice[] => [...choices.slice(0, -1), last];

for (const { name, tasks, options } of DAGS) {
  test(`a cancel in any listener or function leads where one leads that a check takes: ${name}`, (t) => {
    const plan = readCheckOptions(tasks, { ...options, cancel: 'between-steps', reduce: { symmetry: false } });
    const inspector = new Inspector(plan.model, plan);
    const { system } = inspector;
    const graph = explore(inspector, plan.limits);
    let compared = 0;
    for (const code of graph.codes) {
      const after = (choice: Choice) => {
        system.load(code);
        const interruptions = system.take(choice);
        return { code: system.save(), interruptions };
      };
      system.load(code);
      for (const choice of system.choices()) {
        const plain = after(choice);
        const calls = callsIn(trace(system, code, [choice])[0]);
        for (let cancelAt = 1; cancelAt <= calls; cancelAt += 1) {
          const same = plain.interruptions.findLast((first) => first <= cancelAt);
          const expected = same === undefined ? plain : after({ ...choice, cancelAt: same });
          t.is(after({ ...choice, cancelAt }).code, expected.code);
          compared += 1;
        }
      }
    }
    t.true(compared > graph.size);
  });
}

test('a job that is cancelled in any listener or function does what was checked', async (t) => {
  const { tasks, options } = DAGS.find(({ name }) => name === 'diamond of 4, with a job timeout')!;
  const plan = readCheckOptions(tasks, options);
  const { system, initial } = new Inspector(plan.model, plan);
  let replayed = 0;
  for (const { steps } of testPaths(tasks, { ...options, cancel: 'between-steps', cover: 'edges' })) {
    const choices = steps.map(({ choice }) => choice);
    for (let cancelAt = 1; cancelAt <= callsIn(steps.at(-1)); cancelAt += 1) {
      const last = { ...(choices.at(-1) as Choice), cancelAt };
      await replay(plan.model, trace(system, initial, choicesBefore(choices, last)), ownJobs);
      replayed += 1;
    }
  }
  t.true(replayed > 200, String(replayed));
});
