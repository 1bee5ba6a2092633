import test from 'ava';
import { type CheckOptions, checkWorkflow } from 'tintype/check';
import { SharedContext } from '../../src/runtime/context/shared-context.ts';
import { AT_ONCE, task } from './dags.ts';

const tasks = [task('a'), task('b'), task('c', ['a', 'b']), task('d', ['a'])];
const options: CheckOptions = { ...AT_ONCE, maxRetries: 0, outcomes: ['returns'] };

const { merge, viewOf } = SharedContext.prototype;

/** The outputs that a context got, in order. */
const merged = new WeakMap<SharedContext, object[]>();

/** Ways in which the context of a job could be broken: each a method that takes the place of `viewOf`, and the steps to it without and with crashes. */
const DEFECTS: Readonly<Record<string, [view: (this: SharedContext, task: number) => object, ...steps: number[]]>> = {
  'a function sees what it does not depend on': [
    function () {
      return this.copy();
    },
    ...[3, 2],
  ],
  'of clashing keys, the last to be returned wins': [
    function (index) {
      const view = { ...viewOf.call(this, index) } as Record<string, unknown>;
      const seen = merged.get(this)?.filter((output) => Object.keys(output).every((key) => key in view)) ?? [];
      return Object.assign(view, ...seen);
    },
    ...[3, 3],
  ],
  'a function does not see what it depends on indirectly': [() => ({}), 2, 2],
};

for (const [name, [view, ...steps]] of Object.entries(DEFECTS)) {
  test.serial(`a defect is found: ${name}`, (t) => {
    t.teardown(() => Object.assign(SharedContext.prototype, { merge, viewOf }));
    Object.assign(SharedContext.prototype, {
      viewOf: view,
      merge(this: SharedContext, index: number, output: object) {
        merged.set(this, [...(merged.get(this) ?? []), output]);
        merge.call(this, index, output);
      },
    });
    for (const [index, crash] of ([false, 'anywhere'] as const).entries()) {
      const report = checkWorkflow(tasks, { ...options, crash });
      const violation = report.violations.find(({ property }) => property === 'contextIsFixed');
      t.false(report.ok);
      t.is(violation?.steps.length, steps[index]);
    }
  });
}

test.serial('the context as it is has none of the defects', (t) => {
  for (const crash of [false, 'anywhere'] as const) {
    t.true(checkWorkflow(tasks, { ...options, crash, maxRetries: 1, outcomes: ['returns', 'throws'] }).ok);
  }
});
