import test from 'ava';
import {
  type AnyWorkflow,
  type AttemptRequest,
  type Condition,
  type Dependency,
  fingerprint,
  InvalidWorkflowError,
  run,
  type TaskDefinition,
  workflow,
} from 'tintype';
import { traced } from 'tintype/otel';

const noop = () => undefined;

function make(name: string, ...tasks: readonly Omit<TaskDefinition, 'run'>[]): AnyWorkflow {
  let made = workflow(name) as unknown as { task(definition: TaskDefinition): typeof made };
  for (const task of tasks) {
    made = made.task({ run: noop, ...task });
  }
  return made as unknown as AnyWorkflow;
}

test('a fingerprint is 16 hexadecimal digits, and the same in every process', (t) => {
  t.is(fingerprint(make('w', { name: 'a' }, { name: 'b', dependencies: ['a'] })), 'c4d6d343fcc5397e');
});

test('functions, options of attempts, and definition order within the workflow order do not change a fingerprint', (t) => {
  const one = make('w', { name: 'a' }, { name: 'b' }, { name: 'c', dependencies: ['a', 'b'] });
  const other = make('w', { name: 'c', dependencies: ['b', 'a'], maxRetries: 1 }, { name: 'a' }, { name: 'b', timeout: 3 });
  t.is(fingerprint(one), fingerprint(other));
});

test('names, dependencies and continueOnFailure change a fingerprint', (t) => {
  const workflows = [
    make('w'),
    make('v'),
    make('w', { name: 'a' }),
    make('w', { name: 'a', continueOnFailure: true }),
    make('w', { name: 'a' }, { name: 'b' }),
    make('w', { name: 'a' }, { name: 'b', dependencies: ['a'] }),
    make('w', { name: 'a', dependencies: ['b'] }, { name: 'b' }),
    make('w', { name: 'a,b' }),
  ];
  t.is(new Set(workflows.map(fingerprint)).size, workflows.length);
});

const [A, B, C] = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];

test('what a task requires of its dependencies, and whether it has a `when`, change a fingerprint', (t) => {
  const d = (...dependencies: readonly Dependency[]) => make('w', A, B, C, { name: 'd', dependencies });
  const workflows = [
    d('a', 'b', 'c'),
    d('a', 'b', { settled: 'c' }),
    d('a', { settled: 'b' }, 'c'),
    d('a', { settled: 'b' }, { settled: 'c' }),
    d('a', 'b', { anyOf: ['c'] }),
    d('a', { anyOf: ['b', 'c'] }),
    d('a', { anyOf: ['b'] }, { anyOf: ['c'] }),
    d({ anyOf: ['a', 'b', 'c'] }),
    d({ anyOf: ['a', 'b'] }, { anyOf: ['c'] }),
    d({ anyOf: ['a'] }, { anyOf: ['b', 'c'] }),
    d({ anyOf: ['a', 'c'] }, { anyOf: ['b'] }),
    d({ anyOf: ['a', 'c'] }, { settled: 'b' }),
    make('w', A, B, C, { name: 'd', dependencies: ['a', 'b', 'c'], when: () => true }),
    make('w', A, B, { ...C, when: {} }, { name: 'd', dependencies: ['a', 'b', 'c'] }),
  ];
  t.is(new Set(workflows.map(fingerprint)).size, workflows.length);
});

test('the order of edges and groups, and what a `when` is, do not change a fingerprint', (t) => {
  const d = (dependencies: readonly Dependency[], when: Condition) => make('w', A, B, C, { name: 'd', dependencies, when });
  const one = d([{ settled: 'a' }, { anyOf: ['b', 'c'] }], () => true);
  t.is(fingerprint(one), fingerprint(d([{ anyOf: ['c', 'b'] }, { settled: 'a' }], { a: { x: 1 } })));
  const groups = make('w', A, B, C, { name: 'd', dependencies: [{ anyOf: ['a'] }, { anyOf: ['b', 'c'] }] });
  const swapped = make('w', A, B, C, { name: 'd', dependencies: [{ anyOf: ['c', 'b'] }, { anyOf: ['a'] }] });
  t.is(fingerprint(groups), fingerprint(swapped));
});

test('a workflow that can’t be run has no fingerprint', (t) => {
  t.throws(() => fingerprint(make('w', { name: 'a' }, { name: 'a' })), { instanceOf: InvalidWorkflowError });
});

test('executors receive the workflow of the job, through `traced` too, and its fingerprint is computed once', async (t) => {
  const seen: AttemptRequest['workflow'][] = [];
  const executor = ({ workflow, run: call }: AttemptRequest) => {
    seen.push(workflow);
    return call();
  };
  const flow = workflow('w', { version: '2' }).task({ name: 'a', run() {} });
  const tasks = [
    { name: 'a', run() {} },
    { name: 'b', run() {} },
  ];
  await run(flow, { executor });
  await traced().run(flow, { executor });
  await run(tasks, { executor });
  const summaries = seen.map(({ name, version, fingerprint: print }) => [name, version, print]);
  const [print, ofArray] = [fingerprint(flow), fingerprint(workflow('job').tasks(tasks))];
  t.deepEqual(summaries, [
    ['w', '2', print],
    ['w', '2', print],
    ['job', undefined, ofArray],
    ['job', undefined, ofArray],
  ]);
  t.is(seen[2], seen[3]);
});
