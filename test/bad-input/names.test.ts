import test from 'ava';
import { run, validateTasks, type WorkflowProblem, workflow } from 'tintype';
import { watchForHarm } from '../helpers/bad-input-harm.ts';
import { badTaskOption, refuses } from '../helpers/bad-input-refusal.ts';
import { UNREADABLE } from '../helpers/bad-input-table.ts';
import { nothing, revoked, spring } from '../helpers/bad-input-values.ts';

watchForHarm(test);

const PLAIN_NAMES = [
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
  '`',
  '日本語 😀',
];

/** Names, and how messages show them. */
const NAMES: readonly (readonly [name: string, shown: string])[] = [
  ...PLAIN_NAMES.map((name) => [name, `\`${name}\``] as const),
  ['\0', '`\\u0000`'],
  ['two\nlines', '`two\\nlines`'],
  ['\ud800', '`\\ud800`'],
  ['x'.repeat(10_000), `\`${'x'.repeat(80)}…\``],
];

const PATTERNS =
  '*, task.*, job.*, task.ready, task.running, task.backingOff, task.completed, task.failed, task.cancelled, task.skipped, ' +
  'task.undoing, task.undone, task.undoFailed, job.running, job.undoing, job.finishing, job.completed, job.failed, job.cancelled, job.timedOut, job.detached';

for (const [name, shown] of NAMES) {
  const title = JSON.stringify(name).slice(0, 40);

  test(`a task of the name ${title} runs, is depended on and is told of`, async (t) => {
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

  test(`a task of the name ${title} that fails is named by its failure`, async (t) => {
    const result = await run([{ name, run: () => 5 }]);
    t.is(result.state === 'failed' ? result.failure.task : undefined, name);
  });

  test(`a name ${title} that is not there can be asked for and depended on`, (t) => {
    const error = t.throws(() => validateTasks([{ name: 'a', run: nothing, dependencies: [name] }]), {
      code: 'INVALID_WORKFLOW',
    });
    t.is(error.message, `Task \`a\` depends on ${shown}, which is not defined`);
    const job = run([{ name: 'a', run: nothing }]);
    const unknown = t.throws(() => job.why(name), { name: 'InvalidArgumentError', code: 'INVALID_ARGUMENT' });
    t.is(unknown.message, `The job has no task ${shown}`);
  });

  if (!['*', 'task.*'].includes(name)) {
    test(`an event of the name ${title} can not be listened to`, (t) => {
      const job = run([{ name, run: nothing }]);
      const error = t.throws(() => job.on(name as never, nothing), { name: 'InvalidArgumentError', code: 'INVALID_ARGUMENT' });
      t.is(error.message, `A job has no event ${shown}; the events are ${PATTERNS}`);
    });
  }
}

test('a workflow can have any string of at least 1 character as its name', async (t) => {
  for (const [name] of NAMES) {
    const job = run(workflow(name));
    t.true(job.id.startsWith(`${name}-`));
    t.is((await job).state, 'completed');
  }
});

const badWorkflowName = (value: unknown, got: string): WorkflowProblem => {
  const expected = 'a string of at least 1 character';
  const message = `The workflow: \`name\` must be ${expected}, got ${got}`;
  return { code: 'invalidOption', option: 'name', value, expected, message };
};

for (const [title, name, description] of [
  ['the empty string', '', 'the string ""'],
  ['undefined', undefined, 'undefined'],
  ['null', null, 'null'],
  ['a number', 5, '5'],
  ['an object', {}, 'an object'],
  ['a symbol', Symbol('blend'), 'Symbol(blend)'],
  ['an object without prototype', Object.create(null), 'an object'],
] as const) {
  test(`a workflow whose name is ${title} is refused`, (t) =>
    refuses(t, ({ run }) => [workflow(name as never).task({ name: 'a', run })], [badWorkflowName(name, description)]));
}

for (const [title, name, description] of UNREADABLE) {
  test(`a workflow whose name is ${title} is refused`, (t) =>
    refuses(t, ({ run }) => [workflow(name as never).task({ name: 'a', run })], [badWorkflowName(name, description)]));
}

test('the bad name of a workflow is told before its bad tasks', (t) =>
  refuses(t, ({ run }) => [workflow('').task({ name: 'a', run, timeout: 0 })], [
    badWorkflowName('', 'the string ""'),
    badTaskOption('timeout', 0, 'an integer from 1 to 2147483647 (milliseconds)', '0'),
  ]));

const NO_PATTERNS: readonly (readonly [pattern: unknown, description: string])[] = [
  ['', 'the empty string'],
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

for (const [pattern, description] of NO_PATTERNS) {
  test(`${description} can not be listened to`, (t) => {
    const error = t.throws(() => run([]).on(pattern as never, nothing), { code: 'INVALID_ARGUMENT' });
    t.is(error.message, `A job has no event ${description}; the events are ${PATTERNS}`);
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

for (const [title, name, description] of [
  ['the empty string', '', 'the empty string'],
  ['a symbol', Symbol('a'), 'Symbol(a)'],
  ['an object without prototype', Object.create(null), 'an object'],
  ['a revoked proxy', revoked(), "an object that can't be inspected"],
  ['an object whose `toString` throws', { toString: spring }, 'an object'],
] as const) {
  test(`asking why about ${title} is refused`, (t) => {
    const message = `The job has no task ${description}`;
    t.throws(() => run([]).why(name as never), { code: 'INVALID_ARGUMENT', message });
  });
}

test('asking why about a number tells it from the task that has it as a name', (t) => {
  const job = run([{ name: '5', run: nothing }]);
  const error = t.throws(() => job.why(5 as never), { code: 'INVALID_ARGUMENT' });
  t.is(error.message, 'The job has no task 5');
});

for (const [title, name, shown] of [
  ['the empty string', '', 'the empty string'],
  ['a name of 80 characters', 'x'.repeat(80), `\`${'x'.repeat(80)}\``],
  ['a long name that would be cut inside a character', `x${'😀'.repeat(60)}`, `\`x${'😀'.repeat(39)}…\``],
  ['a name with control characters of ASCII', '\r\t\u001b', '`\\r\\t\\u001b`'],
] as const) {
  test(`messages show ${title} as ${shown.slice(0, 40)}`, (t) => {
    const message = `Task \`a\` depends on ${shown}, which is not defined`;
    t.throws(() => validateTasks([{ name: 'a', run: nothing, dependencies: [name] }]), { message });
  });
}

// JSON leaves these as they are: terminals obey them, and the second is a line break.
test('messages escape the control characters beyond ASCII', (t) => {
  const message = 'Task `a` depends on `\\u007f\\u0085\\u009b`, which is not defined';
  t.throws(() => validateTasks([{ name: 'a', run: nothing, dependencies: ['\u007f\u0085\u009b'] }]), { message });
});

test('messages do not cut a long name inside an escaped character', (t) => {
  const name = `${'x'.repeat(79)}\n${'x'.repeat(79)}`;
  const error = t.throws(() => validateTasks([{ name: 'a', run: nothing, dependencies: [name] }]));
  t.notRegex(error.message, /\\…/);
});
