import test from 'ava';
import fc from 'fast-check';
import { createActor, createMachine } from 'xstate';
import { plainValue } from '../../inspector/src/bridge/plain-value.ts';

const cyclic: Record<string, unknown> = { name: 'ring' };
cyclic.self = cyclic;

const revoked = Proxy.revocable({}, {});
revoked.revoke();

class Point {
  readonly x = 1;
}

for (const [name, value, plain] of [
  ['a number that JSON has not', Number.NaN, 'NaN'],
  ['a bigint', 12n, '12n'],
  ['a symbol', Symbol('s'), 'Symbol(s)'],
  ['a function', () => 1, '[function]'],
  ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
  ['an invalid date', new Date(Number.NaN), 'Invalid Date'],
  ['bytes', new Uint8Array(3), '[3 bytes]'],
  ['a map', new Map([['a', { b: 1 }]]), { a: { b: 1 } }],
  ['a set', new Set([1, undefined]), [1, null]],
  ['an object of a class', new Point(), { x: 1 }],
  ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  ['what is too deep', { a: { b: { c: { d: { e: { f: 1 } } } } } }, { a: { b: { c: { d: { e: '[object]' } } } } }],
  ['a list that is too deep', [[[[[[1, 2]]]]]], [[[[['[array of 2]']]]]]],
  [
    'a ring',
    cyclic,
    {
      name: 'ring',
      self: { name: 'ring', self: { name: 'ring', self: { name: 'ring', self: { name: 'ring', self: '[object]' } } } },
    },
  ],
  ['a proxy that is no more', revoked.proxy, '[unreadable]'],
  ['an actor', createActor(createMachine({}), { id: 'me' }), '[actor me]'],
] as const) {
  test(`${name} is shown`, (t) => {
    t.deepEqual(plainValue(value), plain);
  });
}

test('an error is shown with its causes, its code and its stack', (t) => {
  const error = Object.assign(new Error('no answer', { cause: new TypeError('offline') }), { code: 'E1' });
  t.like(plainValue(error), {
    name: 'Error',
    message: 'no answer',
    code: 'E1',
    cause: { name: 'TypeError', message: 'offline' },
  });
  t.regex((plainValue(error) as { stack: string }).stack, /^Error: no answer\n/);
});

test('an error that can hardly be read is shown as far as it can', (t) => {
  const error = new Error('fine');
  Object.defineProperty(error, 'stack', {
    get() {
      throw new Error('no');
    },
  });
  t.like(plainValue(error), { message: 'fine', stack: '[unreadable]' });
});

test('a key that is the name of a prototype changes none', (t) => {
  const plain = plainValue(JSON.parse('{"__proto__":{"bad":true}}')) as object;
  t.deepEqual(Object.keys(plain), ['__proto__']);
  t.false('bad' in {});
});

test('of what is long, the beginning is shown, and how much more there is', (t) => {
  t.is(plainValue('x'.repeat(1_001)), `${'x'.repeat(1_000)}… 1 more characters`);
  t.is((plainValue(Array.from({ length: 60 }, (_, index) => index)) as unknown[]).at(-1), '… 10 more');
  const many = plainValue(Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`k${index}`, index])));
  t.is((many as Record<string, unknown>)['…'], '10 more');
});

test('however objects refer to each other, only so many values are shown', (t) => {
  const records = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`k${index}`, {}]));
  for (const record of Object.values(records)) Object.assign(record, records);
  t.true(JSON.stringify(plainValue(records)).length < 100_000);
});

test('whatever a value is, what is shown can be written as JSON, and is not too long', (t) => {
  fc.assert(
    fc.property(
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }),
      (value) => {
        const text = JSON.stringify(plainValue(value)) ?? '';
        t.true(text.length < 1e6);
      },
    ),
  );
});
