import test from 'ava';
import { run } from 'tintype';
import { watchForHarm } from '../helpers/bad-input-harm.ts';
import { badJobOption, badTaskOption, refuses, unknownJobOption } from '../helpers/bad-input-refusal.ts';
import { isFunction, isNumber, isPlain, titleOf, UNREADABLE, VALUES } from '../helpers/bad-input-table.ts';
import { nothing, revoked, spring, thenable, throwing } from '../helpers/bad-input-values.ts';

watchForHarm(test);

interface Row {
  readonly option: string;
  readonly expected: string;
  /** Which of the values in the table are allowed. */
  readonly allowed?: (value: unknown) => boolean;
}

const BACKOFF_MILLISECONDS = 'an integer from 0 to 2147483647 (milliseconds)';
const BACKOFF = `${BACKOFF_MILLISECONDS}, { initial, factor, max, jitter }, or a function`;
const CLOCK = 'an object with setTimeout, clearTimeout, and a now that returns a number';

const ROWS: readonly Row[] = [
  { option: 'context', expected: 'a plain object without a function `then`', allowed: isPlain },
  {
    option: 'maxConcurrency',
    expected: 'an integer from 1 to 9007199254740991, or Infinity',
    allowed: (value) => value === 2 ** 31 || value === Infinity,
  },
  {
    option: 'maxRetries',
    expected: 'an integer from 0 to 9007199254740991, or Infinity',
    allowed: (value) => value === 0 || value === 2 ** 31 || value === Infinity,
  },
  // What else it takes is below.
  { option: 'backoff', expected: BACKOFF, allowed: (value) => isNumber(value) || isFunction(value) || isPlain(value) },
  { option: 'retryIf', expected: '`true` or a function', allowed: (value) => value === true || isFunction(value) },
  { option: 'onFailure', expected: '`stop`, `finishRunning` or `keepGoing`' },
  { option: 'timeout', expected: 'an integer from 1 to 2147483647 (milliseconds)' },
  { option: 'signal', expected: 'an AbortSignal' },
  { option: 'onEvent', expected: 'a function', allowed: isFunction },
  { option: 'onListenerError', expected: 'a function', allowed: isFunction },
  { option: 'executor', expected: 'a function', allowed: isFunction },
  { option: 'inspect', expected: 'a function or an observer', allowed: isFunction },
  { option: 'clock', expected: CLOCK },
  { option: 'interpreter', expected: '`compiled` or `xstate`' },
  { option: 'id', expected: 'a string of at least 1 character', allowed: (value) => typeof value === 'string' },
];

for (const { option, expected, allowed = () => false } of ROWS) {
  for (const [value, description] of VALUES.filter(([value]) => !allowed(value))) {
    test(`a job whose \`${option}\` is ${titleOf(value, description)} is refused`, (t) =>
      refuses(t, (spies) => [[{ name: 'a', run: spies.run }], { onEvent: spies.onEvent, [option]: value }], [
        badJobOption(option, value, expected, description),
      ]));
  }

  test(`a job whose \`${option}\` throws when it is read is refused`, (t) =>
    refuses(t, ({ run }) => [[{ name: 'a', run }], throwing(option)], [
      badJobOption(option, undefined, 'readable', 'an error when it was read (Error: getter)'),
    ]));

  for (const [kind, value, description] of UNREADABLE) {
    if (!(isFunction(value) && allowed(value))) {
      test(`a job whose \`${option}\` is ${kind} is refused`, (t) =>
        refuses(t, ({ run }) => [[{ name: 'a', run }], { [option]: value }], [
          badJobOption(option, value, expected, description),
        ]));
    }
  }
}

for (const value of [-1, 0.5, 2 ** 31]) {
  test(`a job whose \`backoff\` is ${value} is refused`, (t) =>
    refuses(t, ({ run }) => [[{ name: 'a', run }], { backoff: value }], [
      badJobOption('backoff', value, BACKOFF_MILLISECONDS, String(value)),
    ]));
}

test('a job whose `backoff` has terms that are not allowed, or unknown, is refused', (t) =>
  refuses(t, ({ run }) => [[{ name: 'a', run }], { backoff: { factor: 0, jitter: 'full', min: 1 } }], [
    badJobOption('backoff.initial', undefined, BACKOFF_MILLISECONDS, 'undefined'),
    badJobOption('backoff.factor', 0, 'a number from 1', '0'),
    badJobOption('backoff.jitter', 'full', 'true or false', 'the string "full"'),
    {
      code: 'unknownOption',
      option: 'backoff.min',
      message: 'The job: there is no option `backoff.min`; the options are initial, factor, max, jitter',
    },
  ]));

const SIGNAL = { addEventListener: nothing, removeEventListener: nothing };
const TIMERS = { setTimeout: nothing, clearTimeout: nothing };

const PARTS: readonly (readonly [title: string, option: string, value: object, expected: string])[] = [
  ['a signal without `aborted`', 'signal', SIGNAL, 'an AbortSignal'],
  ['a signal without `addEventListener`', 'signal', { aborted: true, removeEventListener: nothing }, 'an AbortSignal'],
  ['an inspector whose `next` is no function', 'inspect', { next: true }, 'a function or an observer'],
  [
    'a signal whose `aborted` throws',
    'signal',
    Object.defineProperty({ ...SIGNAL }, 'aborted', { get: spring }),
    'an AbortSignal',
  ],
  ['a signal whose `aborted` is no boolean', 'signal', { ...SIGNAL, aborted: 0 }, 'an AbortSignal'],
  ['a clock whose `now` throws', 'clock', { ...TIMERS, now: spring }, CLOCK],
  ['a clock whose `now` gives NaN', 'clock', { ...TIMERS, now: () => NaN }, CLOCK],
  ['a clock whose `now` gives Infinity', 'clock', { ...TIMERS, now: () => Infinity }, CLOCK],
  ['a clock whose `now` gives a Date', 'clock', { ...TIMERS, now: () => new Date(0) }, CLOCK],
  ['a clock whose `now` gives nothing', 'clock', { ...TIMERS, now: nothing }, CLOCK],
  ['a clock without `now`', 'clock', TIMERS, CLOCK],
  ['a clock whose `setTimeout` is no function', 'clock', { ...TIMERS, setTimeout: 1, now: () => 0 }, CLOCK],
];

for (const [title, option, value, expected] of PARTS) {
  test(`a job with ${title} is refused`, (t) =>
    refuses(t, ({ run }) => [[{ name: 'a', run }], { [option]: value }], [badJobOption(option, value, expected, 'an object')]));
}

test('a job whose `id` is the empty string is refused', (t) =>
  refuses(t, ({ run }) => [[{ name: 'a', run }], { id: '' }], [
    badJobOption('id', '', 'a string of at least 1 character', 'the string ""'),
  ]));

test('a value of the context that throws when it is read makes the job refused', (t) => {
  const context = throwing('fruit');
  return refuses(t, ({ run }) => [[{ name: 'a', run }], { context }], [
    badJobOption('context', context, 'readable', 'an error when it was read (Error: getter)'),
  ]);
});

test('a context that has a function `then` makes the job refused, as a promise would take it for a promise', (t) => {
  const context = thenable(nothing);
  return refuses(t, ({ run }) => [[{ name: 'a', run }], { context }], [
    badJobOption('context', context, 'a plain object without a function `then`', 'an object'),
  ]);
});

test('a context whose keys can not be listed makes the job refused', (t) => {
  const context = new Proxy({}, { ownKeys: spring });
  const got = 'an error when it was read (Error: trap)';
  return refuses(t, ({ run }) => [[{ name: 'a', run }], { context }], [badJobOption('context', context, 'readable', got)]);
});

test('bad tasks, bad options and unknown options are told together, tasks first', (t) =>
  refuses(t, ({ run }) => [[{ name: 'a', run, timeout: 0 }], { timeout: 0, maxRetries: null, timout: 5 }], [
    badTaskOption('timeout', 0, 'an integer from 1 to 2147483647 (milliseconds)', '0'),
    badJobOption('maxRetries', null, 'an integer from 0 to 9007199254740991, or Infinity', 'null'),
    badJobOption('timeout', 0, 'an integer from 1 to 2147483647 (milliseconds)', '0'),
    unknownJobOption('timout'),
  ]));

for (const [title, options, description] of [
  ['null', null, 'null'],
  ['a number', 5, '5'],
  ['a string', 'fast', 'the string "fast"'],
  ['a boolean', true, 'true'],
  ['a symbol', Symbol('fast'), 'Symbol(fast)'],
  ['a function', nothing, 'the function `nothing`'],
] as const) {
  test(`options that are ${title} are refused`, (t) => {
    const message = `The options of a job must be an object, got ${description}`;
    const problem = { code: 'invalidOption', option: 'options', value: options, expected: 'an object', message } as const;
    return refuses(t, ({ run }) => [[{ name: 'a', run }], options], [problem]);
  });
}

test('options that are an array are called an array', (t) => {
  const error = t.throws(() => run([], [] as never));
  t.is(error.message, 'The options of a job must be an object, got an array');
});

test('options that are a revoked proxy are one problem', (t) => {
  const error = t.throws(() => run([], revoked()));
  t.is(error.message, "The options of a job must be an object, got an object that can't be inspected");
});
