import test from 'ava';
import { run } from 'tintype';
import { watchForHarm } from '../helpers/bad-input-harm.ts';
import { badNamelessOption, badTaskOption, refuses } from '../helpers/bad-input-refusal.ts';
import { isFunction, isNumber, isPlain, named, titleOf, UNREADABLE, VALUES } from '../helpers/bad-input-table.ts';
import { revoked, spring, throwing, trapped, withHole } from '../helpers/bad-input-values.ts';

watchForHarm(test);

const MILLISECONDS = 'an integer from 1 to 2147483647 (milliseconds)';
const KEYS = 'an object that maps keys of its output to values';
const NONE: readonly unknown[] = [];
const BACKOFF_MILLISECONDS = 'an integer from 0 to 2147483647 (milliseconds)';
const DEPENDENCIES = 'an array or a Set of task names, { settled: name }, and { anyOf: names }';
const WHEN = 'a function, or an object that maps dependencies to keys of their outputs and values';
const BACKOFF = 'an integer from 0 to 2147483647 (milliseconds), { initial, factor, max, jitter }, or a function';

interface Row {
  readonly option: string;
  readonly expected: string;
  /** Which of the values above are allowed. */
  readonly allowed?: (value: unknown) => boolean;
}

const ROWS: readonly Row[] = [
  { option: 'run', expected: 'a function', allowed: isFunction },
  { option: 'timeout', expected: MILLISECONDS },
  {
    option: 'maxRetries',
    expected: 'an integer from 0 to 9007199254740991, or Infinity',
    allowed: (value) => [0, 2 ** 31, Infinity].includes(value as number),
  },
  // What else it takes is below.
  { option: 'backoff', expected: BACKOFF, allowed: (value) => isNumber(value) || isFunction(value) || isPlain(value) },
  { option: 'retryIf', expected: '`true` or a function', allowed: (value) => value === true || isFunction(value) },
  { option: 'continueOnFailure', expected: 'true or false', allowed: (value) => value === true },
  { option: 'dependencies', expected: DEPENDENCIES, allowed: Array.isArray },
  { option: 'when', expected: WHEN, allowed: (value) => isFunction(value) || isPlain(value) },
];

for (const { option, expected, allowed = () => false } of ROWS) {
  for (const [value, description] of VALUES.filter(([value]) => !allowed(value))) {
    test(`a task whose \`${option}\` is ${titleOf(value, description)} is refused`, (t) =>
      refuses(t, ({ run }) => [[{ name: 'a', run, [option]: value }]], [badTaskOption(option, value, expected, description)]));
  }
}

for (const [value, description] of [...VALUES.filter(([value]) => value !== '5'), ['', 'the string ""'] as const]) {
  test(`a task whose \`name\` is ${titleOf(value, description)} is refused`, (t) =>
    refuses(t, ({ run }) => [[{ name: value, run }]], [
      badNamelessOption('name', value, 'a string of at least 1 character', description),
    ]));
}

for (const value of [Infinity, -Infinity, -1, 0.5, 2 ** 31, 2 ** 53]) {
  test(`a task whose \`backoff\` is ${value} is refused`, (t) =>
    refuses(t, ({ run }) => [[{ name: 'a', run, backoff: value }]], [
      badTaskOption('backoff', value, BACKOFF_MILLISECONDS, String(value)),
    ]));
}

const TERMS: readonly (readonly [terms: object, option: string, expected: string, got: string])[] = [
  [{}, 'initial', BACKOFF_MILLISECONDS, 'undefined'],
  [{ initial: -1 }, 'initial', BACKOFF_MILLISECONDS, '-1'],
  [{ initial: '5' }, 'initial', BACKOFF_MILLISECONDS, 'the string "5"'],
  [{ initial: 1, factor: 0.5 }, 'factor', 'a number from 1', '0.5'],
  [{ initial: 1, factor: NaN }, 'factor', 'a number from 1', 'NaN'],
  [{ initial: 1, factor: Infinity }, 'factor', 'a number from 1', 'Infinity'],
  [{ initial: 1, max: 2 ** 31 }, 'max', BACKOFF_MILLISECONDS, '2147483648'],
  [{ initial: 1, max: null }, 'max', BACKOFF_MILLISECONDS, 'null'],
  [{ initial: 1, jitter: 1 }, 'jitter', 'true or false', '1'],
];

for (const [terms, option, expected, got] of TERMS) {
  const value = (terms as Record<string, unknown>)[option];
  test(`a task whose \`backoff\` has the ${option} ${got} is refused`, (t) =>
    refuses(t, ({ run }) => [[{ name: 'a', run, backoff: terms }]], [
      badTaskOption(`backoff.${option}`, value, expected, got),
    ]));
}

const ELEMENTS: readonly (readonly [element: unknown, description: string])[] = [
  [5, '5'],
  [null, 'null'],
  [undefined, 'undefined'],
  [['b'], 'an array'],
  [named, 'the function `named`'],
  [Symbol('b'), 'Symbol(b)'],
  [{}, 'an object'],
  [{ completed: 'b' }, 'an object'],
  [{ settled: 5 }, 'an object'],
  [{ settled: ['b'] }, 'an object'],
  [{ settled: 'b', anyOf: ['c'] }, 'an object'],
  [{ settled: 'b', optional: true }, 'an object'],
  [{ anyOf: 'b' }, 'an object'],
  [{ anyOf: ['b', 5] }, 'an object'],
  [{ anyOf: withHole('b') }, 'an object'],
  [{ anyOf: [{ settled: 'b' }] }, 'an object'],
  [{ anyOf: revoked([]) }, 'an object'],
  [throwing('settled'), 'an object'],
  [trapped(), "an object that can't be inspected"],
];

for (const [index, [element, description]] of ELEMENTS.entries()) {
  for (const [kind, dependencies] of [
    ['an array', [element]],
    ['a Set', new Set([element])],
  ] as const) {
    test(`a task whose \`dependencies\` are ${kind} with ${description} in it (${index}) is refused`, (t) =>
      refuses(t, ({ run }) => [[{ name: 'a', run, dependencies }]], [
        badTaskOption('dependencies', element, DEPENDENCIES, `one that contains ${description}`),
      ]));
  }
}

const NO_LISTS: readonly (readonly [title: string, value: unknown, description: string])[] = [
  ['a string', 'b', 'the string "b"'],
  ['a Map', new Map([['b', 1]]), 'an instance of Map'],
  ['a WeakSet', new WeakSet(), 'an instance of WeakSet'],
  ['an object that is like an array', { 0: 'b', length: 1 }, 'an object'],
];

for (const [title, value, description] of NO_LISTS) {
  test(`a task whose \`dependencies\` are ${title} is refused`, (t) =>
    refuses(t, ({ run }) => [[{ name: 'a', run, dependencies: value }]], [
      badTaskOption('dependencies', value, DEPENDENCIES, description),
    ]));
}

test('a task whose `dependencies` have a hole is refused', (t) =>
  refuses(
    t,
    ({ run }) => [
      [
        { name: 'a', run, dependencies: withHole('b') },
        { name: 'b', run },
      ],
    ],
    [badTaskOption('dependencies', undefined, DEPENDENCIES, 'one that contains undefined')],
  ));

const CONDITIONS: readonly (readonly [
  title: string,
  when: object,
  option: string,
  value: unknown,
  expected: string,
  got: string,
])[] = [
  ['that is a value instead of keys', { b: 5 }, 'when.b', 5, KEYS, '5'],
  ['that is a list instead of keys', { b: NONE }, 'when.b', NONE, KEYS, 'an array'],
  ['that is null instead of keys', { b: null }, 'when.b', null, KEYS, 'null'],
];

for (const [title, when, option, value, expected, got] of CONDITIONS) {
  test(`a task with a \`when\` for a dependency ${title} is refused`, (t) =>
    refuses(
      t,
      ({ run }) => [
        [
          { name: 'a', run, dependencies: ['b'], when },
          { name: 'b', run },
        ],
      ],
      [badTaskOption(option, value, expected, got)],
    ));
}

for (const [title, when, error] of [
  ['throws when it is read', throwing('b'), 'Error: getter'],
  ['has keys that throw when they are read', { b: throwing('key') }, 'Error: getter'],
  ['has a list that throws when it is read', { b: { key: trapped([]) } }, 'Error: trap'],
] as const) {
  test(`a task whose \`when\` ${title} is refused`, (t) =>
    refuses(t, ({ run }) => [[{ name: 'a', run, when }]], [
      badTaskOption('when', when, 'readable', `an error when it was read (${error})`),
    ]));
}

test('a task whose `dependencies` only pretend to be a Set and throw is refused', (t) => {
  const pretender = { [Symbol.toStringTag]: 'Set', [Symbol.iterator]: spring };
  const got = 'an error when it was read (Error: trap)';
  return refuses(t, ({ run }) => [[{ name: 'a', run, dependencies: pretender }]], [
    badTaskOption('dependencies', pretender, DEPENDENCIES, got),
  ]);
});

for (const [kind, value, description] of UNREADABLE) {
  test(`a task whose \`name\` is ${kind} is refused`, (t) =>
    refuses(t, ({ run }) => [[{ name: value, run }]], [
      badNamelessOption('name', value, 'a string of at least 1 character', description),
    ]));

  for (const { option, expected, allowed = () => false } of ROWS) {
    if (!(isFunction(value) && allowed(value))) {
      test(`a task whose \`${option}\` is ${kind} is refused`, (t) =>
        refuses(t, ({ run }) => [[{ name: 'a', run, [option]: value }]], [
          badTaskOption(option, value, expected, description),
        ]));
    }
  }
}

test('a task whose `dependencies` are a proxy of an array of which every trap throws is refused', (t) => {
  const value = trapped([]);
  return refuses(t, ({ run }) => [[{ name: 'a', run, dependencies: value }]], [
    badTaskOption('dependencies', value, DEPENDENCIES, 'an error when it was read (Error: trap)'),
  ]);
});

test('functions of a task need no `call` of their own', async (t) => {
  const bare = <F extends () => unknown>(call: F): F => Object.setPrototypeOf(call, null);
  const task = {
    name: 'a',
    run: bare(() => Promise.reject(new Error('no'))),
    retryIf: bare(() => true),
    backoff: bare(() => 0),
  };
  const result = await run([task], { maxRetries: 1 });
  t.like(result.state === 'failed' && result.failure, { attempts: 2, reason: 'exception', error: { message: 'no' } });
});
