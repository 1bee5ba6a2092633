import test from 'ava';
import { InvalidWorkflowError } from '../../src/workflow/invalid-workflow-error.ts';
import { isWorkflow, taskDefinitions, workflow } from '../../src/workflow/workflow.ts';

const run = () => ({});

test('a workflow keeps its name and its tasks in the order of definition', (t) => {
  const first = { name: 'a', run };
  const second = { name: 'b', dependencies: ['a'], run } as const;
  const both = workflow('letters').task(first).task(second);
  t.is(both.name, 'letters');
  t.deepEqual(taskDefinitions(both), [first, second]);
  t.is(taskDefinitions(both)[0], first);
  t.deepEqual(taskDefinitions(workflow('empty')), []);
});

test('adding a task leaves the workflow as it was, so two can grow from one', (t) => {
  const stem = workflow('stem').task({ name: 'a', run });
  const names = (grown: typeof stem) => taskDefinitions(grown).map(({ name }) => name);
  const left = stem.task({ name: 'b', run });
  const right = stem.task({ name: 'c', run });
  t.deepEqual(names(stem), ['a']);
  t.deepEqual(names(left as never), ['a', 'b']);
  t.deepEqual(names(right as never), ['a', 'c']);
  t.true(Object.isFrozen(stem));
});

test('tasks() adds a copy of an array, include() the tasks of another workflow, context() nothing', (t) => {
  const names = (grown: unknown) => taskDefinitions(grown as never).map(({ name }) => name);
  const array = ['b', 'c'].map((name) => ({ name, run }));
  const grown = workflow('letters').context<{ n: number }>().task({ name: 'a', run }).tasks(array);
  array.pop();
  const other = workflow('other', { version: '2' }).task({ name: 'x', run }).task({ name: 'y', run });
  t.deepEqual(names(grown), ['a', 'b', 'c']);
  t.deepEqual(names(grown.include(other)), ['a', 'b', 'c', 'x', 'y']);
  t.deepEqual(names(other), ['x', 'y']);
  t.is(grown.include(other).name, 'letters');
  t.is(grown.include(other).version, undefined);
  t.is(taskDefinitions(grown.include(other))[3], taskDefinitions(other)[0]);
});

test('tasks() and include() refuse anything else, and say what they got', (t) => {
  const letters = workflow('letters');
  t.throws(() => letters.tasks(letters as never), {
    instanceOf: InvalidWorkflowError,
    message: 'The workflow: `.tasks()` takes an array of tasks, got a workflow',
  });
  t.throws(() => letters.include([] as never), {
    instanceOf: InvalidWorkflowError,
    message: 'The workflow: `.include()` takes a workflow, got an array',
  });
});

test('a chain of 100,000 tasks overflows no stack', (t) => {
  // A loop can't follow the type of a growing workflow.
  type Growing = { task(definition: { name: string; run: () => object }): Growing };
  let grown = workflow('long') as unknown as Growing;
  for (let index = 0; index < 100_000; index++) grown = grown.task({ name: String(index), run });
  const definitions = taskDefinitions(grown as never);
  t.is(definitions.length, 100_000);
  t.is(definitions[99_999]?.name, '99999');
});

test('only what workflow() and task() made is a workflow', (t) => {
  t.true(isWorkflow(workflow('empty')));
  t.true(isWorkflow(workflow('one').task({ name: 'a', run })));
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const throwing = new Proxy({}, { get: () => t.fail(), has: () => t.fail(), getPrototypeOf: () => t.fail() });
  const heir = Object.create(workflow('empty'));
  for (const value of [
    undefined,
    null,
    1,
    'text',
    Symbol('s'),
    [],
    {},
    run,
    { name: 'empty', task: run },
    heir,
    proxy,
    throwing,
  ]) {
    t.false(isWorkflow(value));
  }
  t.false(isWorkflow(new Proxy(workflow('empty'), {})));
});
