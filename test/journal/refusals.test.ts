import test from 'ava';
import { resume, run, type TaskDefinition } from 'tintype';
import { workflowChanges } from '../../src/journal/workflow-change.ts';
import { MemoryStore } from '../helpers/memory-store.ts';
import { settle } from '../helpers/simulated-time.ts';

const task = (name: string, dependencies: string[] = [], continueOnFailure = false) => ({
  name,
  dependencies,
  continueOnFailure,
});

test('each kind of workflow change is reported', (t) => {
  const before = {
    workflow: 'old',
    version: undefined,
    tasks: [task('a'), task('b', ['a']), task('c', ['a', 'b']), task('d')],
  };
  const now = {
    workflow: 'new',
    version: '2',
    tasks: [task('e'), task('d', [], true), task('c', ['a']), task('b', ['a', 'e']), task('a', [], true)],
  };
  t.deepEqual(
    workflowChanges(before, now).map(({ message }) => message),
    [
      'it was started with workflow `old`, not `new`',
      'it was started with no version, and the workflow now has version `2`',
      'task `e` is new',
      'task `d` has `continueOnFailure`',
      'task `c` no longer depends on `b`',
      'task `b` also depends on `e`',
      'task `a` has `continueOnFailure`',
      'the workflow order has changed: task `d` now comes before `a`',
    ],
  );
  t.deepEqual(
    workflowChanges(now, before).map(({ code }) => code),
    [
      'otherWorkflow',
      'otherVersion',
      'continueOnFailureChanged',
      'otherDependencies',
      'otherDependencies',
      'continueOnFailureChanged',
      'taskRemoved',
      'otherOrder',
    ],
  );
  const [a, b, c, d] = before.tasks;
  t.deepEqual(workflowChanges(before, { ...before, tasks: [c, a, b, d] as typeof before.tasks }), []);
  t.like(workflowChanges(before, { ...before, tasks: [d, c, b, a] as typeof before.tasks }), [
    { code: 'otherOrder', before: ['a', 'b', 'c', 'd'], now: ['d', 'a', 'b', 'c'] },
  ]);
});

test('changes of what a task requires of its dependencies and of its condition are reported', (t) => {
  const all = ['a', 'b', 'c'].map((name) => task(name));
  const shape = (more: object) => ({
    workflow: 'w',
    version: undefined,
    tasks: [...all, { ...task('d', ['a', 'b', 'c']), ...more }],
  });
  const codesOf = (before: object, now: object) => workflowChanges(shape(before), shape(now)).map(({ code }) => code);
  const shapes = [
    {},
    { settled: ['a'] },
    { settled: ['a', 'b'] },
    { anyOf: [['a', 'b']] },
    { anyOf: [['a'], ['b']] },
    { anyOf: [['a', 'b', 'c']] },
    { settled: ['c'], anyOf: [['a', 'b']] },
  ];
  for (const before of shapes) {
    for (const now of shapes) {
      t.deepEqual(codesOf(before, now), before === now ? [] : ['otherRequirements'], JSON.stringify([before, now]));
    }
  }
  t.deepEqual(codesOf({ settled: ['a', 'b'], anyOf: [['c']] }, { settled: ['b', 'a'], anyOf: [['c']] }), []);
  t.deepEqual(codesOf({ anyOf: [['a'], ['b', 'c']] }, { anyOf: [['c', 'b'], ['a']] }), []);
  t.deepEqual(workflowChanges(shape({ settled: ['a'] }), shape({})), [
    { code: 'otherRequirements', task: 'd', message: 'task `d` requires something else of its dependencies' },
  ]);
  t.deepEqual(workflowChanges(shape({}), shape({ isConditional: true })), [
    { code: 'conditionChanged', task: 'd', now: true, message: 'task `d` has a `when`' },
  ]);
  t.deepEqual(workflowChanges(shape({ isConditional: true }), shape({})), [
    { code: 'conditionChanged', task: 'd', now: false, message: 'task `d` no longer has a `when`' },
  ]);
});

test('other dependencies are one change, even if the task requires something else of them, too', (t) => {
  const before = { workflow: 'w', version: undefined, tasks: [task('a'), task('b'), task('c', ['a'])] };
  const now = { ...before, tasks: [task('a'), task('b'), { ...task('c', ['a', 'b']), settled: ['a'] }] };
  t.deepEqual(
    workflowChanges(before, now).map(({ code }) => code),
    ['otherDependencies'],
  );
});

test('a job whose tasks now require something else is refused, and continues if the change is accepted', async (t) => {
  const store = new MemoryStore();
  const a = { name: 'a', run: () => new Promise<undefined>(() => {}) };
  const job = run([a, { name: 'b', dependencies: ['a'], run: () => {} }], { id: 'one', store });
  await settle();
  job.suspend();
  await job;
  const now: TaskDefinition[] = [
    { ...a, when: () => false },
    { name: 'b', dependencies: [{ settled: 'a' }], run: () => ({ b: 1 }) },
  ];
  const refused = await resume(now, 'one', { store });
  t.regex(
    refused.state === 'detached' ? refused.error.message : '',
    /\n- task `a` has a `when`\n- task `b` requires something else of its dependencies\n/,
  );
  const suspended = resume(now, 'one', { store, onChange: () => true });
  await settle();
  suspended.suspend();
  await suspended;
  t.deepEqual(store.rows.get('one')?.tasks, [
    { name: 'a', dependencies: [], continueOnFailure: false, isConditional: true },
    { name: 'b', dependencies: ['a'], continueOnFailure: false, settled: ['a'] },
  ]);
});

const tasks = [{ name: 'a', maxRetries: 0, run: () => Promise.reject(new Error('no')) }];

test('a damaged record is refused before anything is called', async (t) => {
  const store = new MemoryStore();
  await run(tasks, { id: 'one', store });
  const refuses = async (change: object, message: RegExp) => {
    const row = { ...store.rows.get('one') };
    Object.assign(store.rows.get('one') as object, change);
    const result = await resume(tasks, 'one', { store });
    t.is(result.state === 'detached' && result.error.code, 'STORE_UNREADABLE');
    t.regex(result.state === 'detached' ? result.error.message : '', message);
    Object.assign(store.rows.get('one') as object, row);
  };
  await refuses({ context: '{' }, /Job `one` can't be read: its context is damaged/);
  await refuses({ context: '7' }, /its context is damaged/);
  await refuses({ cancelled: { at: 1, reason: '{' } }, /its cancellation reason is damaged/);
  const attempt = { task: 'a', attempt: 1, startedAt: 1 };
  const output = (text: string) => ({
    ...attempt,
    outcome: { type: 'attempt.succeeded', task: 'a', attempt: 1, at: 1, output: text },
  });
  await refuses({ attempts: [output('[1]')] }, /attempt 1 of task "?`?.*a.* is damaged/);
});

test('a job that has ended is refused with a workflow that would not end so', async (t) => {
  const store = new MemoryStore();
  await run(tasks, { id: 'one', store });
  const result = await resume(
    [{ ...tasks[0], name: 'a', maxRetries: 3, run: () => t.fail() as never, retryIf: () => true }],
    'one',
    { store },
  );
  t.is(result.state, 'failed');
  const changed = await resume([...tasks, { name: 'b', run: () => t.fail() as never }], 'one', { store, onChange: () => true });
  t.regex(String(changed.state === 'detached' && changed.error), /task `b` is new\nIt has ended as failed/);
});

test('options of resume that are no object are refused', (t) => {
  t.throws(() => resume(tasks, 'one', undefined as never), {
    message: /The options of `resume` must be an object with a `store`, got undefined/,
  });
});
