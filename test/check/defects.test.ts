import test from 'ava';
import { LAWS } from 'tintype/check';
import { jobMachine, taskMachine } from 'tintype/machines';
import { parsesInMermaid } from '../helpers/mermaid.ts';
import { AT_ONCE, task } from './dags.ts';
import { checkMachines, DEFECTS } from './planted-defects.ts';

const tasks = [
  task('a'),
  task('b', ['a'], { timeout: 10 }),
  task('c', ['a'], { backoff: 5 }),
  task('d', ['b', 'c']),
  task('e', ['a'], { continueOnFailure: true }),
];
const options = { ...AT_ONCE, maxRetries: 1, maxConcurrency: 2 };

test('the machines as they are have none of the defects', (t) => {
  const report = checkMachines(tasks, { job: jobMachine, task: taskMachine }, options);
  t.true(report.ok, String(report));
  t.true(checkMachines(tasks, { job: jobMachine, task: taskMachine }, { ...options, timeout: 100 }).ok);
});

for (const { name, machines, options: more, law, steps } of DEFECTS) {
  test(`a defect is found: ${name}`, async (t) => {
    const report = checkMachines(tasks, machines, { ...options, ...more });
    const violation = report.violations.find(({ property }) => property === law);
    t.false(report.ok);
    t.false(report.complete, 'what lies behind it is left out');
    t.true(Object.hasOwn(LAWS, law));
    t.is(violation?.kind, 'law');
    t.is(violation?.steps.length, steps, String(report));
    for (const one of report.violations) {
      t.true(String(one).startsWith(`${one.property}: ${one.message}`));
      await parsesInMermaid(t, one.toMermaid());
    }
  });
}
