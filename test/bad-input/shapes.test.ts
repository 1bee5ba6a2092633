import test from 'ava';
import { run, type TaskDefinition, validateTasks, type WorkflowProblem, workflow } from 'tintype';
import { watchForHarm } from '../helpers/bad-input-harm.ts';
import { badNamelessOption, caught, refuses } from '../helpers/bad-input-refusal.ts';
import { changing, nothing, otherRealm, revoked, spring, throwing, trapped, withHole } from '../helpers/bad-input-values.ts';

watchForHarm(test);

class Robot {}

const NO_TASKS: readonly (readonly [title: string, value: unknown, description: string])[] = [
  ['undefined', undefined, 'undefined'],
  ['null', null, 'null'],
  ['a number', 5, '5'],
  ['a string', 'a', 'the string "a"'],
  ['a symbol', Symbol('a'), 'Symbol(a)'],
  ['a function', nothing, 'the function `nothing`'],
  ['an object', {}, 'an object'],
  ['an object that is like an array', { length: 0 }, 'an object'],
  ['a Set', new Set(), 'an instance of Set'],
  ['a class instance', new Robot(), 'an instance of Robot'],
  ['a job', run([]), 'an instance of RunningJob'],
];

for (const [title, value, description] of NO_TASKS) {
  test(`tasks that are ${title} are refused`, (t) => {
    const message = `The tasks must be a workflow or an array of tasks, got ${description}`;
    return refuses(t, ({ onEvent }) => [value, { onEvent }], [{ code: 'invalidTasks', value, message }]);
  });
}

test('`validateTasks` refuses what is no array of tasks', (t) => {
  const error = t.throws(() => validateTasks(null as never), { code: 'INVALID_WORKFLOW' });
  t.is(error.message, 'The tasks must be a workflow or an array of tasks, got null');
});

const NO_TASK: readonly (readonly [title: string, value: unknown, description: string])[] = [
  ['undefined', undefined, 'undefined'],
  ['null', null, 'null'],
  ['a number', NaN, 'NaN'],
  ['a string', 'a', 'the string "a"'],
  ['a bigint', 1n, '1n'],
  ['a symbol', Symbol.iterator, 'Symbol(Symbol.iterator)'],
  ['a function', nothing, 'the function `nothing`'],
  ['a class', Robot, 'the function `Robot`'],
];

for (const [title, value, description] of NO_TASK) {
  const problem = (index: number): WorkflowProblem => {
    return { code: 'invalidTask', index, value, message: `The task at index ${index} must be an object, got ${description}` };
  };

  test(`a task that is ${title} is refused`, (t) =>
    refuses(t, (spies) => [[{ name: 'a', run: spies.run }, value], { onEvent: spies.onEvent }], [problem(1)]));

  test(`a task of a workflow that is ${title} is refused`, (t) =>
    refuses(t, () => [workflow('empty').task(value as never)], [problem(0)]));
}

test('a hole in the array of tasks is refused', (t) => {
  const message = 'The task at index 0 must be an object, got undefined';
  return refuses(t, ({ run }) => [withHole({ name: 'a', run })], [
    { code: 'invalidTask', index: 0, value: undefined, message },
  ]);
});

for (const [title, value] of [
  ['an object without anything', {}],
  ['a Date', new Date(0)],
  ['a Map', new Map([['name', 'a']])],
] as const) {
  test(`a task that is ${title} has neither name nor function`, (t) =>
    refuses(t, () => [[value]], [
      badNamelessOption('name', undefined, 'a string of at least 1 character', 'undefined'),
      badNamelessOption('run', undefined, 'a function', 'undefined'),
    ]));
}

test('a task that is a promise has neither name nor function, and a method `finally`', (t) =>
  refuses(t, () => [[Promise.resolve({ name: 'a', run: nothing })]], [
    badNamelessOption('name', undefined, 'a string of at least 1 character', 'undefined'),
    badNamelessOption('run', undefined, 'a function', 'undefined'),
    badNamelessOption('finally', Promise.prototype.finally, 'true or false', 'the function `finally`'),
  ]));

test('a task that is an array is called an array', (t) => {
  const error = t.throws(() => validateTasks([[{ name: 'a', run: nothing }]] as never));
  t.is(error.message, 'The task at index 0 must be an object, got an array');
});

test('a task that is a revoked proxy is one problem', (t) => {
  const error = t.throws(() => validateTasks([revoked()]));
  t.false(error.message.includes('problems'));
});

for (const [title, options] of [
  ['a revoked proxy', revoked()],
  ['a proxy of which every trap throws', trapped()],
] as const) {
  for (const [place, action] of [
    ['tasks', () => run(options as TaskDefinition[])],
    ['a task', () => run([options as object] as TaskDefinition[])],
    ['options', () => run([], options as object)],
  ] as const) {
    test(`${title} as ${place} is refused`, (t) => {
      t.throws(action, { name: 'InvalidWorkflowError', code: 'INVALID_WORKFLOW' });
    });
  }
}

for (const [title, tasks] of [
  ['a proxy of an array of which every trap throws', trapped([])],
  ['an array with an element that throws when it is read', Object.defineProperty([], 0, { get: spring })],
] as const) {
  test(`tasks that are ${title} are refused`, (t) => {
    const message = "The array of tasks can't be read: Error: trap";
    t.throws(() => validateTasks(tasks as never), { code: 'INVALID_WORKFLOW', message });
  });
}

test('an array without its methods works as tasks', async (t) => {
  const tasks = Object.setPrototypeOf([{ name: 'a', run: () => ({ a: 1 }) }], null);
  t.notThrows(() => validateTasks(tasks));
  t.deepEqual((await run(tasks)).context, { a: 1 });
});

test('what is wrong in an array without its methods is told', (t) =>
  refuses(t, ({ run }) => [Object.setPrototypeOf([{ name: 'a', run }, null], null)], [
    { code: 'invalidTask', index: 1, value: null, message: 'The task at index 1 must be an object, got null' },
  ]));

test('messages call a proxy that can not be looked at "an object"', (t) => {
  const error = t.throws(() => validateTasks(revoked()));
  t.is(error.message, "The tasks must be a workflow or an array of tasks, got an object that can't be inspected");
});

test('messages have words for an instance of a class without a name', (t) => {
  const error = t.throws(() => validateTasks(new (class {})() as never));
  t.is(error.message, 'The tasks must be a workflow or an array of tasks, got an instance of a class without a name');
});

for (const [option, description] of [
  ['name', 'The task at index 0: `name`'],
  ['run', 'The task at index 0: `run`'],
  ['timeout', 'The task at index 0: `timeout`'],
] as const) {
  test(`a task whose \`${option}\` throws when it is read is refused`, (t) => {
    const error = caught(() => validateTasks([throwing(option) as never])) as Error;
    t.true(error.message.includes(`${description} must be readable, got an error when it was read (Error: getter)`));
  });
}

for (const [title, wrap] of [
  ['frozen', (object: object) => Object.freeze(object)],
  ['sealed', (object: object) => Object.seal(object)],
  ['without a prototype', (object: object) => Object.assign(Object.create(null), object)],
  ['of another realm', (object: object) => Object.assign(otherRealm('{}'), object)],
  ['inherited', (object: object) => Object.create(object)],
  ['behind a proxy', (object: object) => new Proxy(object, {})],
] as const) {
  test(`tasks, options and terms that are ${title} work`, async (t) => {
    const task = (name: string, ...dependencies: string[]) =>
      wrap({ name, run: () => ({ [name]: true }), dependencies: Object.freeze(dependencies), backoff: wrap({ initial: 1 }) });
    const tasks = Object.freeze([task('a'), task('b', 'a')]);
    const options = wrap({ id: 'mine', maxConcurrency: 1 });
    const isInherited = title === 'inherited';
    const job = run(
      isInherited ? [Object.create({ name: 'a', run: () => ({ a: true }) })] : (tasks as never),
      options as never,
    );
    t.is(job.id, 'mine');
    t.deepEqual((await job).context, isInherited ? { a: true } : { a: true, b: true });
  });
}

test('an array and a Set of another realm work as dependencies', async (t) => {
  const tasks = [
    { name: 'a', run: nothing },
    { name: 'b', run: nothing, dependencies: otherRealm("['a']") },
    { name: 'c', run: nothing, dependencies: otherRealm("new Set(['a', 'b'])") },
  ];
  t.is((await run(tasks)).state, 'completed');
});

test('an instance of a class works as a task', async (t) => {
  class Task {
    readonly name = 'a';
    run() {
      return { done: true };
    }
  }
  t.deepEqual((await run([new Task()])).context, { done: true });
});

test('an option whose getter gives something bad the second time keeps the first value', async (t) => {
  const { object, reads } = changing('maxRetries', 1, 'bad');
  t.is((await run([], object)).state, 'completed');
  t.is(reads(), 1);
});

test('the name of a task is read once', async (t) => {
  const { object, reads } = changing('name', 'first', 'second');
  const { tasks } = await run([Object.assign(object, { run: nothing }) as never]);
  t.deepEqual([...tasks.keys()], ['first']);
  t.is(reads(), 1);
});
