import test from 'ava';
import { FAILS, KNOWN, SlotQueue, UNKNOWN } from '../../src/runtime/machines/slot-queue.ts';

test('tasks get slots by what is saved about them, then in order', (t) => {
  const queue = new SlotQueue<string>();
  for (const [name, rank] of [
    ['u1', UNKNOWN],
    ['f1', FAILS],
    ['u2', UNKNOWN],
    ['k1', KNOWN],
    ['k2', KNOWN],
  ] as const) {
    queue.push(name, rank);
  }
  const order = ['k1', 'k2', 'f1', 'u1', 'u2'];
  t.deepEqual(queue.toArray(), order);
  t.deepEqual(
    order.map((name) => queue.placeOf(name)),
    [1, 2, 3, 4, 5],
  );
  t.is(queue.placeOf('none'), 0);
  t.true(queue.has(FAILS));
  t.deepEqual(
    order.map(() => queue.shift()),
    order,
  );
  t.is(queue.shift(), undefined);
  t.false(queue.has(FAILS));
});
