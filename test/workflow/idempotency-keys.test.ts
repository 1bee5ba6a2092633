import test from 'ava';
import { idempotencyKeys } from '../../src/workflow/idempotency-keys.ts';

test('no two tasks or attempts have the same key, whatever is in the names', (t) => {
  const names = ['a', 'a/b', 'b', 'a%2Fb', '', '\ud800', '%ud800', '\ud800a', '😀', 'a\0'];
  const keys = names.flatMap((job) =>
    names.flatMap((task) => {
      const { idempotencyKey, attemptKey } = idempotencyKeys(job, task, 1);
      return [idempotencyKey, attemptKey, idempotencyKeys(job, task, 2).attemptKey];
    }),
  );
  t.is(new Set(keys).size, keys.length);
  t.like(idempotencyKeys('order 1', 'pay', 3), { idempotencyKey: 'order%201/pay', attemptKey: 'order%201/pay/3' });
});
