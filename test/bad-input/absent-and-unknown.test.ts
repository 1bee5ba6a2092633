import test from 'ava';
import { run, validateTasks, workflow, workflowLogic } from 'tintype';
import { watchForHarm } from '../helpers/bad-input-harm.ts';
import { refuses, unknownJobOption, unknownTaskOption } from '../helpers/bad-input-refusal.ts';
import { nothing } from '../helpers/bad-input-values.ts';

watchForHarm(test);

const TASK_OPTIONS = ['dependencies', 'when', 'timeout', 'maxRetries', 'backoff', 'retryIf', 'continueOnFailure'];
const JOB_OPTIONS = [
  'context',
  'maxConcurrency',
  'maxRetries',
  'onFailure',
  'timeout',
  'signal',
  'onEvent',
  'onListenerError',
  'executor',
  'inspect',
  'clock',
  'id',
];
const allUndefined = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, undefined]));

test('every option of a task that is undefined is absent', async (t) => {
  const { state } = await run([{ name: 'a', run: nothing, ...allUndefined(TASK_OPTIONS) }]);
  t.is(state, 'completed');
});

test('every option of a job that is undefined is absent', async (t) => {
  const { state } = await run([{ name: 'a', run: nothing }], allUndefined(JOB_OPTIONS));
  t.is(state, 'completed');
});

test('options that are undefined are absent', async (t) => {
  t.is((await run([], undefined)).state, 'completed');
  t.notThrows(() => workflowLogic(workflow('empty'), undefined));
});

test('the terms of a backoff that are undefined are absent', async (t) => {
  let calls = 0;
  const task = {
    name: 'a',
    maxRetries: 1,
    backoff: { initial: 0, factor: undefined, max: undefined, jitter: undefined },
    run: () => {
      calls += 1;
      throw new Error('boom');
    },
  };
  t.is((await run([task])).state, 'failed');
  t.is(calls, 2);
});

for (const option of ['name', 'run']) {
  test(`a task whose \`${option}\` is undefined is refused as if it had none`, (t) => {
    const task = { name: 'a', run: nothing };
    const absent = t.throws(() => validateTasks([{ ...task, [option]: undefined }]));
    const { [option as 'name']: _, ...rest } = task;
    t.is(t.throws(() => validateTasks([rest as never])).message, absent.message);
  });
}

const MISSPELT: readonly (readonly [title: string, key: PropertyKey, option: string])[] = [
  ['a misspelt option', 'timeOut', 'timeOut'],
  ['a synonym of an option', 'retries', 'retries'],
  ['an option `constructor`', 'constructor', 'constructor'],
  ['an option `toString`', 'toString', 'toString'],
  ['an option of the empty string', '', ''],
  ['an option that is a symbol', Symbol('timeout'), 'Symbol(timeout)'],
  ['an option that is a well-known symbol', Symbol.iterator, 'Symbol(Symbol.iterator)'],
];

for (const [title, key, option] of MISSPELT) {
  test(`a task with ${title} is refused`, (t) =>
    refuses(t, ({ run }) => [[{ name: 'a', run, [key]: 1 }]], [unknownTaskOption(option)]));

  test(`a job with ${title} is refused`, (t) =>
    refuses(t, ({ run, onEvent }) => [[{ name: 'a', run }], { onEvent, [key]: 1 }], [unknownJobOption(option)]));
}

test('an own `__proto__` is an unknown option and gives no other', (t) =>
  refuses(
    t,
    ({ run }) => [
      [Object.assign(JSON.parse('{ "__proto__": { "timeout": -1 }, "name": "a" }'), { run })],
      JSON.parse('{ "__proto__": { "timeout": -1 } }'),
    ],
    [unknownTaskOption('__proto__'), unknownJobOption('__proto__')],
  ));

test('an unknown option that is not enumerable is refused', (t) =>
  refuses(t, ({ run }) => [[Object.defineProperty({ name: 'a', run }, 'hidden', { value: 1, enumerable: false })]], [
    unknownTaskOption('hidden'),
  ]));

test('an unknown term of a backoff is refused', (t) => {
  const message = 'Task `a`: there is no option `backoff.min`; the options are initial, factor, max, jitter';
  const problem = { code: 'unknownOption', task: 'a', index: 0, option: 'backoff.min', message } as const;
  return refuses(t, ({ run }) => [[{ name: 'a', run, backoff: { initial: 1, min: 1 } }]], [problem]);
});

test('an unknown option of a task without a name is told by its index', (t) => {
  const options = 'name, run, dependencies, when, timeout, maxRetries, backoff, retryIf, continueOnFailure';
  const subject = 'The task at index 1';
  const expected = 'a string of at least 1 character';
  return refuses(
    t,
    ({ run }) => [
      [
        { name: 'b', run },
        { Name: 'a', run },
      ],
    ],
    [
      {
        code: 'invalidOption',
        index: 1,
        option: 'name',
        value: undefined,
        expected,
        message: `${subject}: \`name\` must be ${expected}, got undefined`,
      },
      {
        code: 'unknownOption',
        index: 1,
        option: 'Name',
        message: `${subject}: there is no option \`Name\`; the options are ${options}`,
      },
    ],
  );
});

test('a name of an option of 10,000 characters does not make a long message', (t) => {
  const error = t.throws(() => run([], { ['x'.repeat(10_000)]: 1 } as never));
  t.true(error.message.length < 400);
});
