import test from 'ava';
import { Fifo } from '../../src/values/fifo.ts';

test('a queue returns the oldest item, and undefined when it is empty', (t) => {
  const queue = new Fifo<string>();
  t.is(queue.shift(), undefined);
  queue.push('a');
  queue.push('b');
  t.is(queue.shift(), 'a');
  queue.push('c');
  t.deepEqual([queue.shift(), queue.shift(), queue.shift()], ['b', 'c', undefined]);
});

test('a queue begins with the items that it is made of, and leaves their array alone', (t) => {
  const items = ['a', 'b'];
  const queue = new Fifo(items);
  queue.push('c');
  queue.shift();
  t.deepEqual(items, ['a', 'b']);
  t.deepEqual(queue.toArray(), ['b', 'c']);
});

test('a queue returns the position of an item, and 0 for one it doesn’t have', (t) => {
  const queue = new Fifo(['a', 'b', 'c', 'd', 'e']);
  queue.shift();
  t.deepEqual(
    ['a', 'b', 'e', 'x'].map((item) => queue.placeOf(item)),
    [0, 1, 4, 0],
  );
  queue.push('a');
  t.is(queue.placeOf('a'), 5);
});

test('a queue agrees with an array, whatever is put in and taken out', (t) => {
  const queue = new Fifo<number>();
  const array: number[] = [];
  for (let step = 0; step < 500; step += 1) {
    // Of 17 steps, 7 put something in and 10 take something out, so that the queue is empty at times.
    if (step % 17 < 7) {
      queue.push(step);
      array.push(step);
    } else {
      t.is(queue.shift(), array.shift());
    }
    t.deepEqual(queue.toArray(), array);
  }
});
