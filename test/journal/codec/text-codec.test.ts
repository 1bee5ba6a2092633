import { isDeepStrictEqual } from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import { textCodec } from '../../../src/journal/codec/text-codec.ts';

const again = (value: unknown): unknown => textCodec.decode(textCodec.encode(value));

const key = fc.string().filter((name) => name !== '__proto__');

test('values come back as they were', (t) => {
  const anything = fc.anything({ key, withBigInt: true, withTypedArray: true });
  const comesBack = fc.property(anything, (value) => isDeepStrictEqual(again(value), value));
  t.notThrows(() => fc.assert(comesBack, { numRuns: 1000 }));
  const value = { date: new Date(5), map: new Map([[new Set([1n]), undefined]]), zero: -0, none: [Number.NaN, -Infinity] };
  t.deepEqual(again(value), value);
});

test('a decoded value encodes to the same text', (t) => {
  // Dates that are none, as keys of a map, are not equal to anything.
  const anything = fc.anything({ key, withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true });
  const isStable = fc.property(anything, (value) => textCodec.encode(again(value)) === textCodec.encode(value));
  t.notThrows(() => fc.assert(isStable, { numRuns: 1000 }));
});

test('a key that stands for a prototype is refused', (t) => {
  t.throws(() => textCodec.encode({ a: JSON.parse('{"__proto__":1}') }), { code: 'NOT_STORABLE', message: /^`\.a/ });
});

test('a value that refers to itself comes back so', (t) => {
  const self: { self?: object } = {};
  self.self = self;
  const back = again(self) as typeof self;
  t.is(back.self, back);
});

test('an error comes back with name, message, stack, code and causes', (t) => {
  const error = Object.assign(new RangeError('outer', { cause: Object.assign(new Error('inner'), { code: 'E_INNER' }) }), {
    code: 7,
  });
  const back = again({ error }) as { error: RangeError & { code: number; cause: Error & { code: string } } };
  t.true(back.error instanceof RangeError);
  t.is(back.error.message, 'outer');
  t.is(back.error.stack, error.stack);
  t.is(back.error.code, 7);
  t.is(back.error.cause.code, 'E_INNER');
  const bare = Object.assign(new Error('bare'), { stack: undefined });
  t.is((again(bare) as Error).stack, 'Error: bare');
  class OwnError extends Error {
    override name = 'OwnError';
  }
  t.is((again(new OwnError('own')) as Error).name, 'OwnError');
  t.deepEqual((again(new AggregateError([new Error('a'), 2], 'all')) as AggregateError).errors.length, 2);
});

test('a value that can’t be stored is rejected with its path', (t) => {
  const refused = (value: unknown, path: string, what: RegExp) => {
    const error = t.throws(() => textCodec.encode(value), { code: 'NOT_STORABLE', message: what });
    t.is((error as Error & { path: string }).path, path);
  };
  refused({ a: { b: [1, () => {}] } }, '.a.b[1]', /^`\.a\.b\[1\]` can't be stored: it is a function/);
  refused({ s: Symbol('x') }, '.s', /symbol/i);
  refused({ map: new Map([['k', new (class Own {})()]]) }, '.map.get("k")', /Own/);
  refused(() => {}, '', /^The value can't be stored/);
  refused({ p: Promise.resolve() }, '.p', /Promise/);
  const thrower = {
    get bad() {
      throw new Error('no');
    },
  };
  refused(thrower, '', /threw when it was read/);
});

test('a value that is nested too deeply is refused', (t) => {
  let deep: object = {};
  for (let depth = 0; depth < 100_000; depth += 1) {
    deep = { deep };
  }
  t.throws(() => textCodec.encode(deep), { code: 'NOT_STORABLE', message: /nested too deeply/ });
});

test('anything thrown can be stored; parts that can’t be stored are described', (t) => {
  const stored = (error: unknown) => textCodec.decode(textCodec.encodeError(error));
  t.is(stored(undefined), undefined);
  t.is(stored('text'), 'text');
  t.regex((stored(() => {}) as Error).message, /function/);
  const error = new TypeError('with a cause', { cause: () => {} });
  t.true(stored(error) instanceof TypeError);
  t.regex(String((stored(error) as Error).cause), /function/);
  const hostile = new Error('hostile');
  Object.defineProperty(hostile, 'cause', {
    get() {
      throw new Error('no');
    },
  });
  t.notThrows(() => stored(hostile));
});

test('texts that this codec did not make are refused, and touch no prototype', (t) => {
  for (const text of [
    '',
    '1 ',
    '1 {',
    '2 [1]',
    'null',
    '1 [["Error",1],{}]',
    '1 [["Constructor",1],{}]',
    '1 [{"a":99}]',
    '1 [["Map",-5]]',
  ]) {
    t.throws(() => textCodec.decode(text), { code: 'STORE_UNREADABLE' }, text);
  }
  try {
    textCodec.decode('1 [{"__proto__":1},{"polluted":2},true]');
  } catch {
    // Either refused, or an own key.
  }
  t.is(({} as { polluted?: boolean }).polluted, undefined);
  const value = again(JSON.parse('{"constructor":{"prototype":{"polluted":true}}}'));
  t.is(({} as { polluted?: boolean }).polluted, undefined);
  t.true(Object.hasOwn(value as object, 'constructor'));
});

test('an error whose code is NaN, and a proxy that was revoked, can be stored', (t) => {
  const error = textCodec.decode(textCodec.encodeError(Object.assign(new Error('no'), { code: Number.NaN })));
  t.like(error, { message: 'no', code: Number.NaN });
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  t.regex((textCodec.decode(textCodec.encodeError(proxy)) as Error).message, /can't be inspected/);
});

test('a text that is too long is refused, both ways', (t) => {
  const long = 'x'.repeat(2 ** 26);
  t.throws(() => textCodec.encode(long), { code: 'NOT_STORABLE', message: /larger than 67108864 characters/ });
  t.throws(() => textCodec.decode(`1 ["${long}"]`), { code: 'STORE_UNREADABLE', message: /longer than 67108864 characters/ });
});
