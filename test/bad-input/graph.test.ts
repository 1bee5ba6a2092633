import test from 'ava';
import { InvalidWorkflowError, run, type TaskDefinition, validateTasks, type WorkflowProblem } from 'tintype';
import { watchForHarm } from '../helpers/bad-input-harm.ts';
import { badTaskOption, caught, refuses } from '../helpers/bad-input-refusal.ts';
import { nothing } from '../helpers/bad-input-values.ts';

watchForHarm(test);

const cycle = (...path: string[]): WorkflowProblem => {
  const arrows = path.map((name) => `\`${name}\``).join(' → ');
  return { code: 'cycle', path, message: `Tasks depend on each other in a circle: ${arrows}` };
};

const missing = (task: string, dependency: string): WorkflowProblem => {
  return {
    code: 'missingDependency',
    task,
    dependency,
    message: `Task \`${task}\` depends on \`${dependency}\`, which is not defined`,
  };
};

const duplicate = (task: string, count: number): WorkflowProblem => {
  return { code: 'duplicateName', task, message: `${count} tasks have the name \`${task}\`` };
};

interface Graph {
  readonly title: string;
  /** The dependencies of each task, by its name. */
  readonly tasks: readonly (readonly [name: string, ...dependencies: string[]])[];
  readonly problems: readonly WorkflowProblem[];
}

const GRAPHS: readonly Graph[] = [
  { title: 'a task that depends on itself', tasks: [['a', 'a']], problems: [cycle('a', 'a')] },
  {
    title: 'two tasks that depend on each other',
    tasks: [
      ['a', 'b'],
      ['b', 'a'],
    ],
    problems: [cycle('a', 'b', 'a')],
  },
  {
    title: 'two separate circles',
    tasks: [['a', 'b'], ['b', 'a'], ['c', 'd'], ['d', 'c'], ['e']],
    problems: [cycle('a', 'b', 'a'), cycle('c', 'd', 'c')],
  },
  {
    title: 'a tail that leads into a circle',
    tasks: [
      ['tail', 'a'],
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'a'],
    ],
    problems: [cycle('a', 'b', 'c', 'a')],
  },
  {
    title: 'a circle with a tail behind it',
    tasks: [['a', 'b', 'root'], ['b', 'a'], ['root']],
    problems: [cycle('a', 'b', 'a')],
  },
  {
    title: 'a circle through names of prototypes',
    tasks: [
      ['__proto__', 'constructor'],
      ['constructor', '__proto__'],
    ],
    problems: [cycle('__proto__', 'constructor', '__proto__')],
  },
  { title: 'two tasks of one name', tasks: [['a'], ['a']], problems: [duplicate('a', 2)] },
  {
    title: 'three tasks of the name `__proto__`',
    tasks: [['__proto__'], ['__proto__'], ['__proto__']],
    problems: [duplicate('__proto__', 3)],
  },
  { title: 'a dependency that is not there', tasks: [['blend', 'ice']], problems: [missing('blend', 'ice')] },
  { title: 'a dependency that differs in its case', tasks: [['Ice'], ['blend', 'ice']], problems: [missing('blend', 'ice')] },
  {
    title: 'a dependency that differs in its Unicode form',
    tasks: [['é'], ['blend', 'e\u0301']],
    problems: [missing('blend', 'e\u0301')],
  },
  {
    title: 'a dependency that is missing twice',
    tasks: [
      ['a', 'x', 'x'],
      ['b', 'x'],
    ],
    problems: [missing('a', 'x'), missing('b', 'x')],
  },
  {
    title: 'everything that can be wrong at once',
    tasks: [['a', 'b'], ['b', 'a'], ['c', 'x'], ['d'], ['d']],
    problems: [duplicate('d', 2), missing('c', 'x'), cycle('a', 'b', 'a')],
  },
];

for (const { title, tasks, problems } of GRAPHS) {
  test(`${title} is refused`, (t) =>
    refuses(t, ({ run }) => [tasks.map(([name, ...dependencies]) => ({ name, run, dependencies }))], problems));
}

test('the same object twice in the array is refused as two tasks of one name', (t) =>
  refuses(
    t,
    ({ run }) => {
      const task = { name: 'a', run };
      return [[task, task]];
    },
    [duplicate('a', 2)],
  ));

test('a bad option hides neither a missing dependency nor a circle', (t) =>
  refuses(
    t,
    ({ run }) => [
      [
        { name: 'a', run, dependencies: ['b', 'x'], timeout: null },
        { name: 'b', run, dependencies: ['a'] },
      ],
    ],
    [
      badTaskOption('timeout', null, 'an integer from 1 to 2147483647 (milliseconds)', 'null'),
      missing('a', 'x'),
      cycle('a', 'b', 'a'),
    ],
  ));

test('a name that is given twice in `dependencies` counts once', async (t) => {
  const tasks = [
    { name: 'a', run: nothing },
    { name: 'b', run: nothing, dependencies: ['a', 'a', 'a'] },
  ];
  const job = run(tasks);
  t.deepEqual(job.why('b'), { state: 'unscheduled', waitingFor: ['a'] });
  t.is((await job).state, 'completed');
});

test('100,000 tasks in one circle are refused with a short message and the whole path', (t) => {
  const length = 100_000;
  const tasks = Array.from({ length }, (_, index): TaskDefinition => {
    return { name: `t${index}`, run: nothing, dependencies: [`t${(index + 1) % length}`] };
  });
  const error = caught(() => validateTasks(tasks));
  if (!(error instanceof InvalidWorkflowError)) {
    t.fail();
    return;
  }
  t.is(error.problems.length, 1);
  const [problem] = error.problems;
  t.is(problem?.code === 'cycle' && problem.path.length, length + 1);
  t.regex(error.message, /^Tasks depend on each other in a circle: `t0` → `t1` → .* → … 99981 more … → .* → `t0`$/);
  t.true(error.message.length < 300);
});

test('100,000 tasks with names of 1,000 characters that miss a dependency do not make a long message', (t) => {
  const dependencies = ['x'.repeat(1000)];
  const tasks = Array.from({ length: 100_000 }, (_, index) => ({ name: `t${index}`, run: nothing, dependencies }));
  const error = caught(() => validateTasks(tasks)) as InvalidWorkflowError;
  t.is(error.problems.length, 100_000);
  t.true(error.message.startsWith('100000 problems:\n- Task `t0` depends on `xxx'));
  t.true(error.message.endsWith('\n- and 99980 more, in `problems`'));
  t.true(error.message.length < 3500);
});
