import test from 'ava';
import { run, type TaskDefinition, workflow } from 'tintype';
import { watchForHarm } from '../helpers/bad-input-harm.ts';
import { nothing, raise, spring } from '../helpers/bad-input-values.ts';

watchForHarm(test);

test('what happens to the array of tasks after `run` is not seen', async (t) => {
  const tasks: TaskDefinition[] = [
    { name: 'a', run: () => ({ a: 1 }) },
    { name: 'b', run: () => ({ b: 1 }) },
  ];
  const job = run(tasks);
  tasks.pop();
  tasks[0] = { name: 'other', run: spring };
  tasks.push({ name: '', run: spring });
  t.deepEqual((await job).context, { a: 1, b: 1 });
});

test('what happens to a definition after `run` is not seen', async (t) => {
  const first = { name: 'a', run: (): object => ({ a: 1 }) };
  const dependencies = ['a'];
  const names = new Set(['a', 'b']);
  const backoff = { initial: 0 };
  const tasks: TaskDefinition[] = [
    first,
    { name: 'b', run: () => ({ b: 1 }), dependencies, backoff },
    { name: 'c', run: () => ({ c: 1 }), dependencies: names },
  ];
  const job = run(tasks);
  Object.assign(first, { name: 'z', run: spring, dependencies: ['c'], timeout: -1 });
  dependencies.push('c');
  names.add('c').delete('a');
  backoff.initial = -1;
  const result = await job;
  t.deepEqual(result.context, { a: 1, b: 1, c: 1 });
  t.deepEqual([...result.tasks.keys()], ['a', 'b', 'c']);
});

test('what happens to the options and the context after `run` is not seen', async (t) => {
  const context = { fruit: 'apple' };
  const options = { context, maxRetries: 0, id: 'mine', onEvent: nothing, executor: undefined };
  const job = run([{ name: 'a', run: ({ fruit }) => ({ seen: fruit }) }], options);
  Object.assign(context, { fruit: 'pear' });
  Object.assign(options, { id: 'other', onEvent: spring, executor: spring, timeout: -1 });
  t.is(job.id, 'mine');
  t.deepEqual((await job).context, { fruit: 'apple', seen: 'apple' });
});

test('a task that changes the definitions of others while they run changes nothing', async (t) => {
  const later = { name: 'later', run: (): object => ({ later: 1 }), dependencies: ['a'], maxRetries: 0 };
  const meddle = () => {
    Object.assign(later, { run: spring, maxRetries: -1, name: 'other' });
    later.dependencies.length = 0;
  };
  t.deepEqual((await run([{ name: 'a', run: meddle }, later])).context, { later: 1 });
});

test('a task can not change its execution for the next attempt', async (t) => {
  const attempts: number[] = [];
  const task: TaskDefinition = {
    name: 'a',
    maxRetries: 2,
    run: (_, execution) => {
      attempts.push(execution.attempt);
      Object.assign(execution, { attempt: 9, task: 'other', signal: null });
      return raise(new Error('boom'));
    },
  };
  const result = await run([task], { backoff: 0, retryIf: true });
  t.deepEqual(attempts, [1, 2, 3]);
  t.deepEqual(result.state === 'failed' && result.failure.task, 'a');
});

test('one workflow, one array and one definition serve many jobs at once', async (t) => {
  const task = Object.freeze({ name: 'a', run: () => ({ a: {} }) });
  const tasks = Object.freeze([task]);
  const results = await Promise.all([run(tasks), run(tasks), run([task]), run(workflow('w').task(task))]);
  t.is(new Set(results.map(({ context }) => context.a)).size, 4);
});

test('a workflow can not be changed', (t) => {
  const flow = workflow('w');
  t.throws(() => Object.assign(flow, { name: 'other' }), { instanceOf: TypeError });
  t.throws(() => Object.defineProperty(flow, 'extra', { value: 1 }), { instanceOf: TypeError });
  t.not(flow.task({ name: 'a', run: nothing }), flow as never);
});

test('the report of a result can be changed without a change to the job', async (t) => {
  const job = run([{ name: 'a', run: nothing }]);
  const result = await job;
  t.throws(() => Object.assign(result, { state: 'failed' }), { instanceOf: TypeError });
  (job.snapshot().tasks as Map<string, unknown>).clear();
  t.is(job.snapshot().tasks.size, 1);
  t.is(job.why('a').state, 'completed');
});
