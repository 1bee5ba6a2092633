import test from 'ava';
import { run, validateTasks, workflow } from 'tintype';
import { watchForHarm } from '../helpers/bad-input-harm.ts';
import { nothing, revoked, spring } from '../helpers/bad-input-values.ts';

watchForHarm(test);

const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'then',
  'a.b',
  '#job',
  '*',
  'task.*',
  'xstate.init',
  'xstate.done.actor.x',
  'xstate.error.actor.0.job',
  '0',
  ' ',
  '\0',
  'two\nlines',
  '`',
  '日本語 😀',
  '\ud800',
  'x'.repeat(10_000),
];

for (const name of NAMES) {
  const shown = JSON.stringify(name).slice(0, 40);

  test(`a task of the name ${shown} runs, is depended on and is told of`, async (t) => {
    const heard: string[] = [];
    const tasks = [
      { name, run: () => Object.fromEntries([[name, 'first']]) },
      { name: `after ${name}`, dependencies: [name], run: (context: object) => ({ seen: Object.hasOwn(context, name) }) },
    ];
    const job = run(tasks, { id: name, onEvent: (event) => 'task' in event && heard.push(event.task) });
    t.deepEqual(job.why(name), { state: 'unscheduled', waitingFor: [] });
    t.deepEqual(job.why(`after ${name}`), { state: 'unscheduled', waitingFor: [name] });
    const result = await job;
    t.is(result.state, 'completed');
    t.is(job.id, name);
    t.deepEqual([...result.tasks.keys()], [name, `after ${name}`]);
    t.is(Object.getOwnPropertyDescriptor(result.context, name)?.value, 'first');
    t.true((result.context as { seen: boolean }).seen);
    t.is(Object.getPrototypeOf(result.context), Object.prototype);
    t.is(heard.filter((task) => task === name).length, 3);
    t.deepEqual(job.why(name), { state: 'completed', attempts: 1 });
  });

  test(`a task of the name ${shown} that fails is named by its failure`, async (t) => {
    const result = await run([{ name, run: () => 5 }]);
    t.is(result.state === 'failed' ? result.failure.task : undefined, name);
  });

  test(`a name ${shown} that is not there can be asked for and depended on`, (t) => {
    const error = t.throws(() => validateTasks([{ name: 'a', run: nothing, dependencies: [name] }]), {
      code: 'INVALID_WORKFLOW',
    });
    t.true(error.message.startsWith('Task `a` depends on `'));
    t.true(error.message.length < 150);
    const job = run([{ name: 'a', run: nothing }]);
    const unknown = t.throws(() => job.why(name), { name: 'InvalidArgumentError', code: 'INVALID_ARGUMENT' });
    t.true(unknown.message.startsWith('The job has no task `'));
    t.true(unknown.message.length < 150);
  });

  if (!['*', 'task.*'].includes(name)) {
    test(`an event of the name ${shown} can not be listened to`, (t) => {
      const job = run([{ name, run: nothing }]);
      const error = t.throws(() => job.on(name as never, nothing), { name: 'InvalidArgumentError', code: 'INVALID_ARGUMENT' });
      t.true(error.message.startsWith('A job has no event the string "'));
      t.true(error.message.length < 400);
    });
  }
}

test('a workflow can have any string as its name', async (t) => {
  for (const name of [...NAMES, '']) {
    const job = run(workflow(name));
    t.true(job.id.startsWith(`${name}-`));
    t.is((await job).state, 'completed');
  }
});

for (const [title, name] of [
  ['undefined', undefined],
  ['null', null],
  ['a number', 5],
  ['an object', {}],
  ['a symbol', Symbol('blend')],
  ['an object without prototype', Object.create(null)],
] as const) {
  test(`a workflow whose name is ${title} is refused`, (t) => {
    const error = t.throws(() => run(workflow(name as never)), { instanceOf: Error });
    t.true(error.name === 'InvalidWorkflowError' || error.name === 'InvalidArgumentError', error.message);
  });
}

const NO_PATTERNS: readonly (readonly [pattern: unknown, description: string])[] = [
  ['task', '`task`'],
  ['task.unscheduled', '`task.unscheduled`'],
  ['job.idle', '`job.idle`'],
  ['TASK.READY', '`TASK.READY`'],
  ['**', '`**`'],
  [undefined, 'undefined'],
  [null, 'null'],
  [5, '5'],
  [Symbol('task'), 'Symbol(task)'],
  [{}, 'an object'],
  [['*'], 'an array'],
];

const PATTERNS =
  '*, task.*, job.*, task.ready, task.running, task.backingOff, task.completed, task.failed, task.cancelled, task.skipped, ' +
  'job.running, job.completed, job.failed, job.cancelled, job.timedOut';

for (const [pattern, description] of NO_PATTERNS) {
  test(`${description} can not be listened to`, (t) => {
    const error = t.throws(() => run([]).on(pattern as never, nothing), { code: 'INVALID_ARGUMENT' });
    t.is(error.message, `A job has no event ${description}; what can be listened to is ${PATTERNS}`);
  });
}

for (const [listener, description] of [
  [undefined, 'undefined'],
  [null, 'null'],
  [5, '5'],
  ['log', 'the string "log"'],
  [{ next: nothing }, 'an object'],
] as const) {
  test(`${description} can not listen`, (t) => {
    const error = t.throws(() => run([]).on('*', listener as never), { code: 'INVALID_ARGUMENT' });
    t.is(error.message, `The listener must be a function, got ${description}`);
  });
}

for (const [title, name] of [
  ['an object without prototype', Object.create(null)],
  ['a revoked proxy', revoked()],
  ['an object whose `toString` throws', { toString: spring }],
] as const) {
  test(`asking why about ${title} is refused`, (t) => {
    t.throws(() => run([]).why(name as never), { code: 'INVALID_ARGUMENT' });
  });
}

test('asking why about a symbol is refused', (t) => {
  const error = t.throws(() => run([]).why(Symbol('a') as never), { code: 'INVALID_ARGUMENT' });
  t.is(error.message, 'The job has no task Symbol(a)');
});

test('asking why about a number tells it from the task that has it as a name', (t) => {
  const job = run([{ name: '5', run: nothing }]);
  const error = t.throws(() => job.why(5 as never), { code: 'INVALID_ARGUMENT' });
  t.not(error.message, 'The job has no task `5`');
});

test('a name with a line break stays on one line of a message', (t) => {
  const error = t.throws(() => validateTasks([{ name: 'a', run: nothing, dependencies: ['two\nlines'] }]));
  t.false(error.message.includes('\n'));
});

test('a dependency that is the empty string is told as such', (t) => {
  const error = t.throws(() => validateTasks([{ name: 'a', run: nothing, dependencies: [''] }]));
  t.false(error.message.includes('``'), error.message);
});

test('a long name is not cut inside a character', (t) => {
  const error = t.throws(() => validateTasks([{ name: 'a', run: nothing, dependencies: [`x${'😀'.repeat(60)}`] }]));
  t.notRegex(error.message, /[\ud800-\udbff](?![\udc00-\udfff])/);
});
