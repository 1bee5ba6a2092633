import test from 'ava';
import type { TaskDefinition } from 'tintype';
import { type CheckOptions, checkWorkflow, testPaths } from 'tintype/check';
import { randomFrom } from '../../src/check/search/random-from.ts';
import type { Dependency } from '../../src/workflow/task-definition.ts';
import { when } from './branch-graphs.ts';
import { AT_ONCE, task } from './dags.ts';
import { undo } from './undo-graphs.ts';

const OUTCOMES = [['returns'], ['throws'], ['returns', 'throws'], ['returns', 'garbage'], ['returns', 'never']] as const;
const POLICIES = ['stop', 'finishRunning', 'keepGoing'] as const;

/** A small workflow with undo and finally tasks, and options of a check that is complete within seconds. */
function randomCheck(seed: number): { readonly tasks: readonly TaskDefinition[]; readonly options: CheckOptions } {
  const random = randomFrom(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const seldom = <Value>(value: Value): Value | undefined => (random() < 0.3 ? value : undefined);
  const names = ['a', 'b', 'c'].slice(0, pick([2, 3]));
  const ordinary = names.map((name, index) =>
    task(
      name,
      names.slice(0, index).flatMap((other) => pick<readonly Dependency[]>([[], [other], [other], [{ settled: other }]])),
      {
        undo: pick([undefined, undo, { run: undo, maxRetries: 1, backoff: 5 }]),
        timeout: seldom(10),
        continueOnFailure: seldom(true),
        when: seldom(when),
      },
    ),
  );
  const last = task('z', [], { finally: true, continueOnFailure: seldom(true), when: seldom(when) });
  const tasks = pick([ordinary, [...ordinary, last]]);
  const options: CheckOptions = {
    ...AT_ONCE,
    maxRetries: 0,
    onFailure: pick(POLICIES),
    outcomes: Object.fromEntries(tasks.map(({ name }) => [name, pick(OUTCOMES)])),
    cancel: pick([false, 'between-steps']),
    timeout: seldom(100),
    maxConcurrency: seldom(1),
    undo: seldom(['failed']),
    countInterrupted: seldom(true),
    crash: 'anywhere',
  };
  return { tasks, options };
}

for (let seed = 1; seed <= 12; seed += 1) {
  test(`a random workflow with undo and finally keeps the laws, and the runtime does the same: ${seed}`, async (t) => {
    const { tasks, options } = randomCheck(seed);
    const report = checkWorkflow(tasks, options);
    t.true(report.ok, String(report));
    for (const path of testPaths(tasks, options)) {
      await path.replay();
    }
  });
}
