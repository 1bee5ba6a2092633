import test from 'ava';
import { NotStorableError } from 'tintype';
import { limitedCodec, MAX_VALUE } from '../../src/journal/size-limits.ts';

/** A codec whose texts have as many characters as the value says. */
const codec = limitedCodec({
  encode: (value) => 'x'.repeat(value as number),
  encodeError: (error) => (typeof error === 'number' ? 'x'.repeat(error) : (error as Error).message),
  decode: (text) => text.length,
});

test('a value that is too large is refused, and an error that is too large is replaced', (t) => {
  t.is(codec.encode(10).length, 10);
  t.is(codec.encode(MAX_VALUE).length, MAX_VALUE);
  t.throws(() => codec.encode(MAX_VALUE + 1), { instanceOf: NotStorableError, message: /more than 67108864/ });
  t.is(codec.encodeError(10), 'x'.repeat(10));
  t.regex(codec.encodeError(MAX_VALUE + 1), /^An error too large to be saved: it has 67108865 bytes, more than 67108864$/);
  t.is(codec.decode('abc'), 3);
});
