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
