import test from 'ava';
import { withoutSecrets } from '../../../src/stores/redis/without-secrets.ts';

test('an error keeps its name, message and code, and nothing else', (t) => {
  const source = Object.assign(new RangeError('no'), { code: 'E_NO', command: { name: 'auth', args: ['swordfish'] } });
  const error = withoutSecrets(source);
  t.like(error, { name: 'RangeError', message: 'no', code: 'E_NO', stack: 'RangeError: no' });
  t.false('command' in error);
});

test('values quoted in a message are removed', (t) => {
  const { message } = withoutSecrets(new Error('ERR at redis://me:swordfish@host, with args beginning with: `swordfish`'));
  t.is(message, 'ERR at the URL');
});

test('anything can be thrown', (t) => {
  for (const [thrown, message] of [
    ['text', 'text'],
    [undefined, 'undefined'],
    [null, 'null'],
    [{}, 'unknown error'],
    [{ message: 1, name: 1, code: 1 }, 'unknown error'],
  ] as const) {
    t.like(withoutSecrets(thrown), { name: 'Error', message });
  }
});
