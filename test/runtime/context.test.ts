import { inspect } from 'node:util';
import test from 'ava';
import { getJob, resume, run, type TaskDefinition, workflow } from 'tintype';
import { textCodec } from '../../src/journal/codec/text-codec.ts';
import { SharedContext } from '../../src/runtime/context/shared-context.ts';
import { workflowOrder } from '../../src/workflow/graph/workflow-order.ts';
import { deferred } from '../helpers/deferred.ts';
import { MemoryStore } from '../helpers/memory-store.ts';

type Context = Record<string, unknown>;

const returns = (name: string, output: object, dependencies: string[] = []): TaskDefinition => ({
  name,
  dependencies,
  run: () => output,
});

/** A task that returns all it sees. */
const sees = (name: string, dependencies: string[]): TaskDefinition => ({
  name,
  dependencies,
  run: (context: Context) => ({ [name]: { ...context } }),
});

test('a task sees the initial values and what its ancestors returned, and nothing else', async (t) => {
  const other = deferred<void>();
  const result = await run(
    [
      { name: 'other', run: async () => ({ other: await other.promise }) },
      returns('a', { a: 1 }),
      returns('b', { b: 2 }, ['a']),
      {
        name: 'c',
        dependencies: ['b'],
        run: async (context: Context) => {
          other.resolve();
          await new Promise(setImmediate);
          return { c: [{ ...context }, 'other' in context, context.other, context.initial, context.a] };
        },
      },
    ],
    { context: { initial: 0 } },
  );
  t.is(result.state, 'completed');
  t.deepEqual((result.context as Context).c, [{ initial: 0, a: 1, b: 2 }, false, undefined, 0, 1]);
});

for (const slow of ['first', 'last']) {
  test(`if several tasks return a key, the last in workflow order wins, even if ${slow} is slow`, async (t) => {
    const end = deferred<void>();
    const writes = (name: string): TaskDefinition => ({
      name,
      run: async () => {
        if (name === slow) {
          await end.promise;
        } else {
          void new Promise(setImmediate).then(() => end.resolve());
        }
        return { key: name };
      },
    });
    const result = await run([writes('first'), writes('last'), sees('look', ['first', 'last']), sees('one', ['first'])], {
      context: { key: 'initial' },
    });
    t.deepEqual({ ...result.context }, { key: 'last', look: { key: 'last' }, one: { key: 'first' } });
  });
}

test('the last to win is the last ancestor, not the last dependency', async (t) => {
  const result = await run([
    returns('a', { key: 'a' }),
    returns('b', { key: 'b' }, ['a']),
    returns('quiet', {}, ['b']),
    returns('c', { key: 'c' }, ['a']),
    { name: 'look', dependencies: ['a', 'quiet'], run: ({ key }: Context) => ({ seen: key }) },
    sees('all', ['a', 'quiet']),
  ]);
  const { seen, all, key } = result.context as Context;
  t.deepEqual([seen, all, key], ['b', { key: 'b' }, 'c']);
});

test('workflow order takes the first task in definition order whose dependencies have all been taken', (t) => {
  t.deepEqual([...workflowOrder([[], [0], [1]])], [0, 1, 2]);
  t.deepEqual([...workflowOrder([[1], [], []])], [1, 0, 2]);
  t.deepEqual([...workflowOrder([[3], [0], [], []])], [2, 3, 0, 1]);
  t.deepEqual([...workflowOrder([[4], [4], [4], [], [3]])], [2, 3, 4, 0, 1]);
  t.deepEqual([...workflowOrder([])], []);
  t.deepEqual([...workflowOrder([[1], [0], []])], [-1, -1, 0]);
});

test('a view shows its values to console.log, and has the methods of an object', async (t) => {
  await run(
    [
      returns('a', { a: { deep: [1] } }),
      {
        name: 'look',
        dependencies: ['a'],
        run: (context: Context) => {
          t.is(inspect(context), '{ initial: true, a: { deep: [ 1 ] } }');
          t.is(JSON.stringify(context), '{"initial":true,"a":{"deep":[1]}}');
          t.true(Object.hasOwn(context, 'a'));
          t.false(Object.hasOwn(context, 'toString'));
          t.is(typeof context.toString, 'function');
          t.is(Object.getPrototypeOf(context), Object.prototype);
          t.deepEqual(Object.getOwnPropertyDescriptor(context, 'initial'), {
            value: true,
            enumerable: true,
            configurable: true,
            writable: true,
          });
        },
      },
    ],
    { context: { initial: true }, onListenerError: (error) => t.fail(String(error)) },
  ).unwrap();
});

test('reading a key takes constant time in a long chain, no matter which ancestor returned it', (t) => {
  const length = 100_000;
  const dependencies = Array.from({ length }, (_, index) => (index === 0 ? [] : [index - 1]));
  const context = new SharedContext(
    { dependencies, positions: dependencies.map((_, index) => index), finals: [] },
    { initial: 0, both: 0 },
  );
  let reads = 0;
  for (let task = 0; task < length; task += 1) {
    const view = context.viewOf(task) as Record<string, unknown>;
    t.is(view.initial, 0);
    if (task > 0) {
      t.is(view.root, true);
      t.is(view[`k${task - 1}`], task - 1);
      t.is(view.both, 1);
      reads += 1;
    }
    context.merge(task, task === 0 ? { k0: 0, root: true, both: 1 } : { [`k${task}`]: task });
  }
  t.is(reads, length - 1);
});

test('with a store, a task can change nothing in the context, and the caller’s objects stay as they are', async (t) => {
  const store = new MemoryStore();
  const cart = { items: ['camera'] };
  const flow = workflow('shop')
    .context<{ cart: { items: string[] } }>()
    .task({ name: 'add', continueOnFailure: true, run: (context) => void context.cart.items.push('film') })
    .task({ name: 'pack', run: () => ({ box: { lid: { open: true } } }) })
    .task({
      name: 'close',
      dependencies: ['pack'],
      continueOnFailure: true,
      run: ({ box }) => void Object.assign(box.lid, { open: false }),
    });
  const result = await run(flow, { id: 'one', context: { cart }, store });
  t.is(result.state, 'completed');
  t.deepEqual({ ...result.context }, { cart: { items: ['camera'] }, box: { lid: { open: true } } });
  t.true(result.tasks.get('add')?.error instanceof TypeError);
  t.true(result.tasks.get('close')?.error instanceof TypeError);
  cart.items.push('lens');
  t.false(Object.isFrozen(cart));
  t.deepEqual((await resume(flow, 'one', { store })).context, result.context);
  t.deepEqual((await getJob(store, 'one'))?.context, { cart: { items: ['camera'] } });
});

test('with a store, objects in Maps and Sets are frozen, too', async (t) => {
  const store = Object.assign(new MemoryStore(), { codec: textCodec });
  const ring = new Map<string, unknown>([['item', { price: 1 }]]);
  ring.set('ring', ring).set('set', new Set([{ price: 2 }]));
  const result = await run(
    [
      { name: 'a', run: () => ({ ring }) },
      {
        name: 'b',
        dependencies: ['a'],
        run: ({ ring: saved }: Context) => {
          const { item, set } = Object.fromEntries(saved as typeof ring) as { item: object; set: Set<object> };
          return { frozen: [item, ...set].map((object) => Object.isFrozen(object)) };
        },
      },
    ],
    { id: 'one', store },
  );
  t.deepEqual(result.context.frozen, [true, true]);
});

test('without a store, tasks get the values themselves', async (t) => {
  const value = { n: 1 };
  const result = await run([
    returns('a', { value }),
    { name: 'b', dependencies: ['a'], run: (c: Context) => ({ same: c.value === value }) },
  ]);
  t.true((result.context as Context).same);
});

test('a resumed job that failed has everything that was saved', async (t) => {
  const store = new MemoryStore();
  const end = deferred<void>();
  const tasks: TaskDefinition[] = [
    { name: 'fails', maxRetries: 0, run: () => end.promise.then(() => Promise.reject(new Error('no'))) },
    returns('a', { a: 1 }),
    returns('b', { b: 1 }, ['a']),
    { name: 'c', dependencies: ['b'], run: () => new Promise(() => end.resolve()) },
  ];
  const before = await run(tasks, { id: 'one', store });
  const after = await resume(tasks, 'one', { store });
  t.is(before.state, 'failed');
  t.deepEqual(before.context, { a: 1, b: 1 });
  t.deepEqual(after.context, before.context);
  t.deepEqual(
    [...after.tasks.values()].map(({ state }) => state),
    [...before.tasks.values()].map(({ state }) => state),
  );
});
