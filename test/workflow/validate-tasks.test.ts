import test from 'ava';
import { InvalidWorkflowError, run, type TaskDefinition, validateTasks, type WorkflowProblem } from 'tintype';

const nothing = () => {};

function problemsOf(tasks: unknown): readonly WorkflowProblem[] {
  try {
    validateTasks(tasks as TaskDefinition[]);
  } catch (error) {
    if (error instanceof InvalidWorkflowError) {
      return error.problems;
    }
    throw error;
  }
  return [];
}

test('tasks without problems are accepted', (t) => {
  t.deepEqual(
    problemsOf([
      { name: 'a', run: nothing },
      { name: 'b', run: nothing, dependencies: new Set(['a']) },
    ]),
    [],
  );
});

test('invalidTasks: the tasks must be a workflow or an array', (t) => {
  t.like(problemsOf({}), [
    { code: 'invalidTasks', message: 'The tasks must be a workflow or an array of tasks, got an object' },
  ]);
});

test('invalidTask: each task must be an object', (t) => {
  t.like(problemsOf([{ name: 'a', run: nothing }, null]), [
    { code: 'invalidTask', index: 1, value: null, message: 'The task at index 1 must be an object, got null' },
  ]);
});

test('invalidOption: each bad option is told with its name, the value got and what is allowed', (t) => {
  t.like(
    problemsOf([
      { name: 'a', run: nothing, timeout: -1, backoff: { initial: 1, factor: 0 } },
      { name: '', run: 'text' },
    ]),
    [
      {
        code: 'invalidOption',
        task: 'a',
        index: 0,
        option: 'timeout',
        value: -1,
        expected: 'an integer from 1 to 2147483647 (milliseconds)',
        message: 'Task `a`: `timeout` must be an integer from 1 to 2147483647 (milliseconds), got -1',
      },
      {
        code: 'invalidOption',
        task: 'a',
        option: 'backoff.factor',
        value: 0,
        message: 'Task `a`: `backoff.factor` must be a number from 1, got 0',
      },
      {
        code: 'invalidOption',
        index: 1,
        option: 'name',
        message: 'The task at index 1: `name` must be a string of at least 1 character, got the string ""',
      },
      {
        code: 'invalidOption',
        index: 1,
        option: 'run',
        message: 'The task at index 1: `run` must be a function, got the string "text"',
      },
    ],
  );
});

test('unknownOption: an option that does not exist is told with those that do', (t) => {
  const [problem] = problemsOf([{ name: 'a', run: nothing, maxRetry: 2 }]);
  t.like(problem, { code: 'unknownOption', task: 'a', option: 'maxRetry' });
  t.regex(problem?.message ?? '', /^Task `a`: there is no option `maxRetry`; the options are name, run, .*maxRetries/);
});

test('duplicateName: several tasks have the same name', (t) => {
  const task = { name: 'a', run: nothing };
  t.deepEqual(problemsOf([task, task, task]), [{ code: 'duplicateName', task: 'a', message: '3 tasks have the name `a`' }]);
});

test('missingDependency: a task depends on one that is not defined', (t) => {
  t.deepEqual(problemsOf([{ name: 'blend', run: nothing, dependencies: ['ice'] }]), [
    {
      code: 'missingDependency',
      task: 'blend',
      dependency: 'ice',
      message: 'Task `blend` depends on `ice`, which is not defined',
    },
  ]);
});

test('missingDependency: each name in `settled` and `anyOf` has to be defined', (t) => {
  const dependencies = [{ settled: 'ice' }, { anyOf: ['milk', 'honey'] }];
  t.deepEqual(
    problemsOf([{ name: 'blend', run: nothing, dependencies }]).map(({ message }) => message),
    ['ice', 'milk', 'honey'].map((name) => `Task \`blend\` depends on \`${name}\`, which is not defined`),
  );
});

test('emptyAnyOf: an `anyOf` names no task', (t) => {
  t.deepEqual(problemsOf([{ name: 'blend', run: nothing, dependencies: [{ anyOf: [] }, { anyOf: [] }] }]), [
    { code: 'emptyAnyOf', task: 'blend', message: 'Task `blend`: `anyOf` must name at least one task' },
    { code: 'emptyAnyOf', task: 'blend', message: 'Task `blend`: `anyOf` must name at least one task' },
  ]);
});

for (const [where, dependencies] of [
  ['plainly and in `settled`', ['ice', { settled: 'ice' }]],
  ['in `settled` and plainly', [{ settled: 'ice' }, 'ice']],
  ['in `settled` twice', [{ settled: 'ice' }, { settled: 'ice' }]],
  ['plainly and in `anyOf`', ['ice', { anyOf: ['ice'] }]],
  ['in `settled` and in `anyOf`', [{ settled: 'ice' }, { anyOf: ['ice'] }]],
  ['in two `anyOf`', [{ anyOf: ['ice'] }, { anyOf: ['ice'] }]],
] as const) {
  test(`repeatedDependency: a task is named ${where}`, (t) => {
    const tasks = [
      { name: 'ice', run: nothing },
      { name: 'blend', run: nothing, dependencies },
    ];
    const message = 'Task `blend` depends on `ice` in two ways; name it only once';
    t.deepEqual(problemsOf(tasks), [{ code: 'repeatedDependency', task: 'blend', dependency: 'ice', message }]);
  });
}

test('a name that occurs twice plainly, or twice in one `anyOf`, counts once', async (t) => {
  const tasks: TaskDefinition[] = [
    { name: 'ice', run: nothing },
    { name: 'milk', run: nothing },
    { name: 'blend', run: nothing, dependencies: ['ice', 'ice', { anyOf: ['milk', 'milk'] }] },
  ];
  t.deepEqual(problemsOf(tasks), []);
  const job = run(tasks);
  t.deepEqual(job.why('blend'), { state: 'unscheduled', waitingFor: ['ice', 'milk'] });
  t.is((await job).state, 'completed');
});

test('unknownCondition: a `when` reads a task that is not a dependency', (t) => {
  const tasks = [
    { name: 'a', run: nothing },
    { name: 'b', run: nothing, dependencies: ['a'] },
    { name: 'c', run: nothing, dependencies: [{ settled: 'b' }], when: { a: { x: 1, y: 2 }, b: { x: 1 }, d: { x: 1 } } },
  ];
  t.deepEqual(problemsOf(tasks), [
    {
      code: 'unknownCondition',
      task: 'c',
      dependency: 'a',
      message: 'Task `c` has a `when` for `a`, which is not one of its dependencies',
    },
    {
      code: 'unknownCondition',
      task: 'c',
      dependency: 'd',
      message: 'Task `c` has a `when` for `d`, which is not one of its dependencies',
    },
  ]);
});

test('cycle: each kind of edge counts, even one from a task to itself', (t) => {
  const task = (name: string, ...dependencies: unknown[]) => ({ name, run: nothing, dependencies });
  const problems = problemsOf([
    task('a', { settled: 'b' }),
    task('b', { anyOf: ['a', 'free'] }),
    task('free'),
    task('self', { settled: 'self' }),
  ]);
  t.deepEqual(
    problems.map((problem) => problem.code === 'cycle' && problem.path.join(' ')),
    ['a b a', 'self self'],
  );
});

test('every problem with edges and conditions is reported along with all others', (t) => {
  const problems = problemsOf([
    { name: 'a', run: nothing, timeout: -1, dependencies: [{ anyOf: [] }, 'x', { settled: 'x' }, 5], when: { y: { z: 1 } } },
    { name: 'b', run: nothing, when: 'always' },
  ]);
  t.deepEqual(
    problems.map(({ code }) => code),
    [
      'invalidOption',
      'emptyAnyOf',
      'repeatedDependency',
      'invalidOption',
      'invalidOption',
      'missingDependency',
      'unknownCondition',
    ],
  );
});

test('cycle: the path of each cycle is reported', (t) => {
  const task = (name: string, ...dependencies: string[]) => ({ name, run: nothing, dependencies });
  const problems = problemsOf([task('a', 'b'), task('b', 'a'), task('self', 'self'), task('tail', 'a'), task('free')]);
  t.like(problems, [
    { code: 'cycle', path: ['a', 'b', 'a'], message: 'Tasks depend on each other in a circle: `a` → `b` → `a`' },
    { code: 'cycle', path: ['self', 'self'], message: 'Tasks depend on each other in a circle: `self` → `self`' },
  ]);
  t.is(problems.length, 2);
});

test('a circle of 100,000 tasks is found without a stack overflow, and its message stays short', (t) => {
  const tasks = Array.from({ length: 100_000 }, (_, i) => ({
    name: `t${i}`,
    run: nothing,
    dependencies: [`t${(i + 1) % 100_000}`],
  }));
  const [problem] = problemsOf(tasks);
  t.is(problem?.code === 'cycle' && problem.path.length, 100_001);
  t.true((problem?.message.length ?? 0) < 1000);
});

test('run reports the problems of tasks and options together, and starts nothing', (t) => {
  const error = t.throws(() => run([{ name: 'a', run: () => t.fail(), timeout: 0 }], { maxConcurrency: 0, context: [] }), {
    instanceOf: InvalidWorkflowError,
    code: 'INVALID_WORKFLOW',
  });
  t.deepEqual(
    error.problems.map((problem) => problem.code === 'invalidOption' && problem.option),
    ['timeout', 'context', 'maxConcurrency'],
  );
  t.regex(error.message, /^3 problems:\n- Task `a`: `timeout` must be/);
});
