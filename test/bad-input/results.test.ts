import test from 'ava';
import { InvalidResultError, type JobResult, run, TintypeError } from 'tintype';
import { soon, watchForHarm } from '../helpers/bad-input-harm.ts';
import {
  changing,
  forever,
  nothing,
  otherRealm,
  raise,
  revoked,
  spring,
  thenable,
  throwing,
  trapped,
} from '../helpers/bad-input-values.ts';
import { SteppedClock, withTime } from '../helpers/simulated-time.ts';

watchForHarm(test);

class Point {
  readonly x = 1;
}

const failureOf = (result: JobResult) => (result.state === 'failed' ? result.failure : undefined);

const INVALID: readonly (readonly [title: string, value: unknown, description: string])[] = [
  ['null', null, 'null'],
  ['an array', [{ a: 1 }], 'an array'],
  ['a string', 'done', 'the string "done"'],
  ['a number', NaN, 'NaN'],
  ['a bigint', 1n, '1n'],
  ['a boolean', false, 'false'],
  ['a symbol', Symbol('done'), 'Symbol(done)'],
  ['a function', nothing, 'the function `nothing`'],
  ['a class instance', new Point(), 'an instance of Point'],
  ['a Date', new Date(0), 'an instance of Date'],
  ['a Map', new Map([['a', 1]]), 'an instance of Map'],
  ['an Error', new Error('oops'), 'Error: oops'],
  ['an array of another realm', otherRealm('[1]'), 'an array'],
  ['a Date of another realm', otherRealm('new Date(0)'), 'an instance of Date'],
  ['a proxy of an array', new Proxy([], {}), 'an array'],
  ['an object with a key that throws', throwing('a'), 'an object that threw when it was read'],
  ['a proxy whose keys can not be listed', new Proxy({}, { ownKeys: spring }), 'an object that threw when it was read'],
  [
    'a proxy without a prototype to ask for',
    new Proxy({}, { getPrototypeOf: spring }),
    'an object that threw when it was read',
  ],
];

for (const [title, value, description] of INVALID) {
  for (const [how, give] of [
    ['returns', () => value],
    ['resolves to', async () => value],
  ] as const) {
    test(`a task that ${how} ${title} fails at once with an InvalidResultError`, async (t) => {
      const failure = failureOf(await run([{ name: 'a', run: give }]));
      t.is(failure?.reason, 'invalidResult');
      t.is(failure?.attempts, 1);
      const error = failure?.error;
      if (!(error instanceof InvalidResultError)) {
        t.fail();
        return;
      }
      t.true(error instanceof TintypeError);
      t.is(error.name, 'InvalidResultError');
      t.is(error.code, 'INVALID_RESULT');
      t.is(error.task, 'a');
      t.true(Object.is(error.value, value));
      t.is(error.message, `Task \`a\` must return a plain object or nothing, but returned ${description}`);
      t.is('cause' in error, description.startsWith('an object that threw'));
    });
  }
}

const VALID: readonly (readonly [title: string, value: unknown, context: object])[] = [
  ['nothing', undefined, {}],
  ['an object without keys', {}, {}],
  ['a frozen object', Object.freeze({ a: 1 }), { a: 1 }],
  ['a sealed object', Object.seal({ a: 1 }), { a: 1 }],
  ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  ['an object of another realm', otherRealm('{ a: 1 }'), { a: 1 }],
  ['a promise of another realm', otherRealm('Promise.resolve({ a: 1 })'), { a: 1 }],
  ['a proxy of an object', new Proxy({ a: 1 }, {}), { a: 1 }],
  ['a promise of a promise', Promise.resolve(Promise.resolve({ a: 1 })), { a: 1 }],
  ['a thenable', thenable((resolve) => resolve({ a: 1 })), { a: 1 }],
  ['a thenable of a thenable', thenable((resolve) => resolve(thenable((deep) => deep({ a: 1 })))), { a: 1 }],
  ['a thenable that resolves twice', thenable((resolve) => [resolve({ a: 1 }), resolve({ a: 2 })]), { a: 1 }],
  ['a thenable that resolves and then rejects', thenable((resolve, reject) => [resolve({ a: 1 }), reject(1)]), { a: 1 }],
  ['a thenable that resolves and then throws', thenable((resolve) => [resolve({ a: 1 }), raise(1)]), { a: 1 }],
  ['an object whose key `then` is no function', Object.fromEntries([['then', 1]]), Object.fromEntries([['then', 1]])],
  ['an object with keys that are symbols', { [Symbol('s')]: 1, a: 1 }, { a: 1 }],
  ['an object with keys that are not enumerable', Object.defineProperty({ a: 1 }, 'hidden', { value: 1 }), { a: 1 }],
  ['an object with inherited keys', Object.create(Object.create(null, { b: { value: 1, enumerable: true } })), {}],
  ['an object with a key that is undefined', { a: undefined }, { a: undefined }],
  ['an object with a getter', changing('a', 1, 2).object, { a: 1 }],
  ['`Object.prototype`', Object.prototype, {}],
];

for (const [title, value, context] of VALID) {
  test(`a task can return ${title}`, async (t) => {
    const result = await run([{ name: 'a', run: () => value }]);
    t.is(result.state, 'completed');
    t.deepEqual(result.context, context);
    t.true(Object.isFrozen(result.context));
    t.deepEqual(Reflect.ownKeys(result.context), Object.keys(context));
  });
}

test('keys such as `__proto__` become own keys and touch no prototype', async (t) => {
  const json = '{ "__proto__": { "polluted": 1 }, "constructor": { "prototype": { "polluted": 1 } }, "toString": 1 }';
  const initial = JSON.parse('{ "__proto__": { "polluted": 0 } }');
  const job = run([{ name: 'a', run: () => JSON.parse(json) }], { context: initial });
  const { context } = await job;
  t.is(JSON.stringify(context), JSON.stringify(JSON.parse(json)));
  t.is(Object.getPrototypeOf(context), Object.prototype);
  t.false('polluted' in context);
  t.false('polluted' in {});
  t.is(JSON.stringify(initial), '{"__proto__":{"polluted":0}}');
  t.is(JSON.stringify(job.snapshot().context), JSON.stringify(context));
});

test('a result is read once, and what happens to it later is not seen', async (t) => {
  const { object, reads } = changing('a', 'first', 'second');
  const plain: { b: number; late?: boolean } = { b: 1 };
  const tasks = [
    { name: 'a', run: () => object },
    { name: 'b', run: () => plain },
    {
      name: 'c',
      dependencies: ['a', 'b'],
      run: () => {
        plain.b = 2;
        plain.late = true;
      },
    },
  ];
  t.deepEqual((await run(tasks)).context, { a: 'first', b: 1 });
  t.is(reads(), 1);
});

test('a task whose result has a function `then` when it is read has given an invalid result: a promise would take it for one', async (t) => {
  const { object } = changing('then', undefined, nothing);
  const job = run([{ name: 'a', run: () => object }]);
  t.is(failureOf(await job)?.reason, 'invalidResult');
});

for (const [title, value, message] of [
  ['a thenable that throws', thenable(() => raise(new Error('then'))), 'then'],
  ['a thenable that rejects', thenable((_, reject) => reject(new Error('no'))), 'no'],
  // Reading `then` is a part of awaiting: nobody can tell it from a rejection.
  ['an object whose `then` throws when it is read', throwing('then'), 'getter'],
  ['a proxy of which every trap throws', trapped(), 'trap'],
] as const) {
  test(`a task that returns ${title} has failed with an exception`, async (t) => {
    const failure = failureOf(await run([{ name: 'a', run: () => value }], { maxRetries: 0 }));
    t.is(failure?.reason, 'exception');
    t.like(failure?.error, { message });
  });
}

test('a task that returns a revoked proxy has failed with an exception', async (t) => {
  const failure = failureOf(await run([{ name: 'a', run: () => revoked() }], { maxRetries: 0 }));
  t.is(failure?.reason, 'exception');
  t.true(failure?.error instanceof TypeError);
});

for (const [title, value] of [
  ['a thenable that never calls back', thenable(nothing)],
  ['a promise that never settles', forever()],
] as const) {
  test(`a task that returns ${title} waits for its timeout`, async (t) => {
    const clock = new SteppedClock();
    const job = run([{ name: 'a', run: () => value, timeout: 100, maxRetries: 0 }], { clock });
    t.is(await soon(job), 'pending');
    t.is(failureOf(await withTime(clock, job))?.reason, 'timedOut');
    t.is(await soon(job.drained), 'pending');
  });
}

test('a result that comes after the timeout is dropped, however bad it is', async (t) => {
  const clock = new SteppedClock();
  let late: (value: unknown) => void = nothing;
  const value = new Promise((resolve) => {
    late = resolve;
  });
  const job = run([{ name: 'a', run: () => value, timeout: 100, maxRetries: 0 }], { clock });
  const result = await withTime(clock, job);
  late(trapped());
  await job.drained;
  t.is(failureOf(result)?.reason, 'timedOut');
});

for (const [title, value] of [
  ['`Math`', Math],
  ['an object with an iterator', { [Symbol.iterator]: nothing }],
  ['the arguments of a function', otherRealm('(function () { return arguments; })()')],
] as const) {
  test(`${title}, which is no plain object, is not called an instance of Object`, async (t) => {
    const failure = failureOf(await run([{ name: 'a', run: () => value }]));
    t.is(failure?.reason, 'invalidResult');
    const message = 'Task `a` must return a plain object or nothing, but returned an object that is not plain';
    t.is((failure?.error as Error | undefined)?.message, message);
  });
}
