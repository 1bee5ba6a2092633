import assert from 'node:assert';
import test from 'ava';
import { InvalidResultError, run, type TaskDefinition, workflow } from 'tintype';
import { inThread, NotCloneableError } from 'tintype/worker-threads';
import { findUncloneable } from '../../../src/executors/worker-threads/find-uncloneable.ts';
import { atWork, MODULE, threadsFor } from './at-work.ts';
import type { add } from './work.ts';

/** What a task fails with. */
async function errorOf(t: Parameters<typeof threadsFor>[0], task: Omit<TaskDefinition, 'name'>, context: object = {}) {
  const { executor } = threadsFor(t);
  const result = await run([{ name: 'a', maxRetries: 0, ...task }], { executor, context });
  return result.state === 'failed' ? result.failure.error : undefined;
}

test('an error of a thread arrives with its name, message, stack, code and causes', async (t) => {
  const error = await errorOf(t, { run: atWork('fail') });
  t.true(error instanceof TypeError);
  const { message, stack, code, cause } = error as TypeError & { code: string; cause: RangeError };
  t.deepEqual([message, code], ['no such fruit', 'E_FRUIT']);
  t.regex(String(stack), /^TypeError: no such fruit\n.* fail .*work\.ts/);
  t.true(cause instanceof RangeError);
  t.is(cause.message, 'too far');
  t.deepEqual(cause.cause, { at: new Date(0) });
  t.deepEqual(Object.keys(error as object), ['code']);
});

test('an error of a class of its own keeps its name, and a circle of causes ends', async (t) => {
  const error = await errorOf(t, { run: atWork('failInACircle') });
  t.true(error instanceof Error);
  t.like(error, { name: 'Rotten', message: 'rotten', cause: { message: 'the cause' } });
  t.false('cause' in ((error as Error).cause as Error));
});

test('what is thrown and is no error arrives as it is, or described where it cannot be cloned', async (t) => {
  t.is(await errorOf(t, { run: atWork('throwText') }), 'only a text');
  t.is(await errorOf(t, { run: atWork('throwFunction') }), 'the function `throwText`');
});

test('an error that cannot be read arrives with what can be', async (t) => {
  t.like(await errorOf(t, { run: atWork('throwUnreadable') }), { name: 'Error', message: 'unreadable' });
});

test('a result can have Maps, Sets, Dates, bigints and bytes in it', async (t) => {
  const { executor } = threadsFor(t);
  const context = await run(workflow('flow').task({ name: 'a', run: atWork('values') }), { executor }).unwrap();
  t.deepEqual(context, {
    map: new Map([['a', new Set([1])]]),
    date: new Date(5),
    big: 2n ** 70n,
    bytes: new Uint8Array([1, 2]),
    nothing: undefined,
  });
});

test('a result that is no plain object is as invalid as in process', async (t) => {
  t.true((await errorOf(t, { run: inThread({ module: MODULE, export: 'array' }) })) instanceof InvalidResultError);
});

const circle = { fine: 1, self: {}, f() {} };
circle.self = circle;

for (const [title, value, path, got] of [
  ['a function', test, 'context.value', 'the function `test`'],
  ['a function in arrays', [[], [1, test]], 'context.value[1][1]', 'the function `test`'],
  ['a symbol under an odd key', { 'a b': Symbol.iterator }, 'context.value["a b"]', 'Symbol(Symbol.iterator)'],
  ['a function in a Map', new Map([['k', { f: test }]]), 'context.value.get("k").f', 'the function `test`'],
  ['a key of a Map', new Map([[test, 1]]), 'context.value.keys()', 'the function `test`'],
  ['a function in a Set', new Set([1, test]), 'context.value.values()', 'the function `test`'],
  ['a promise', Promise.resolve(), 'context.value', 'an instance of Promise'],
  ['a function in a circle', circle, 'context.value.f', 'the function `f`'],
  [
    'a getter that throws',
    Object.defineProperty({}, 'x', { get: assert.fail, enumerable: true }),
    'context.value',
    'an object',
  ],
] as const) {
  test(`${title} in the context is refused with its place`, async (t) => {
    const error = await errorOf(t, { run: atWork('keysOf') }, { value });
    t.true(error instanceof NotCloneableError);
    t.like(error, { code: 'NOT_CLONEABLE', task: 'a', path });
    t.is((error as Error).message, `Task \`a\`: \`${path}\` can't be sent between threads: it is ${got}`);
    t.truthy((error as Error).cause);
  });
}

test('what `input` gives is refused with its place too', async (t) => {
  const task = { run: inThread({ module: MODULE, export: 'keysOf', input: () => ({ deep: { f: test } }) }) };
  t.like(await errorOf(t, task), { code: 'NOT_CLONEABLE', path: 'input.deep.f' });
});

test('a result that cannot be cloned is refused with its place', async (t) => {
  const error = await errorOf(t, { run: atWork('uncloneable') });
  t.true(error instanceof NotCloneableError);
  t.like(error, { task: 'a', path: 'result.list[1]["the key"]', cause: { name: 'DataCloneError' } });
});

test('an attempt whose context is refused is repeated as any other, and its thread is used again', async (t) => {
  const { executor } = threadsFor(t);
  const result = await run([{ name: 'a', maxRetries: 2, run: atWork('keysOf') }], {
    executor,
    backoff: 0,
    retryIf: true,
    context: { f: test },
  });
  t.like(result, { state: 'failed', failure: { reason: 'exception', attempts: 3 } });
  t.is((await run([{ name: 'a', run: atWork('default') }], { executor })).state, 'completed');
});

test('a function in a thread gets a copy of the context, and what its task and attempt are', async (t) => {
  const { executor } = threadsFor(t);
  const flow = workflow<{ x: number }>('flow')
    .task({ name: 'one', run: () => ({ one: 1 }) })
    .task({ name: 'two', dependencies: ['one'], run: atWork('keysOf') });
  const { keys, task, attempt } = await run(flow, { executor, context: { x: 1 } }).unwrap();
  t.deepEqual([keys, task, attempt], [['x', 'one'], 'two', 1]);
});

test('a function in a thread receives the outcomes of dependencies that need not complete, with their errors', async (t) => {
  const { executor } = threadsFor(t);
  const flow = workflow('flow')
    .task({ name: 'fine', run: () => ({ route: 'auto' }) })
    .task({ name: 'failed', continueOnFailure: true, run: atWork('fail') })
    .task({ name: 'text', continueOnFailure: true, maxRetries: 0, run: atWork('throwText') })
    .task({ name: 'constructor', dependencies: ['fine'], when: { fine: { route: 'manual' } }, run: () => ({}) })
    .task({
      name: 'join',
      dependencies: [{ settled: 'failed' }, { settled: 'text' }, { anyOf: ['fine', 'constructor'] }],
      run: atWork('outcomesOf'),
    });
  const { isFrozen, outcomes } = await run(flow, { executor }).unwrap();
  t.true(isFrozen);
  t.deepEqual(outcomes, [
    ['failed', 'failed', ['no such fruit', 'E_FRUIT', 'RangeError: too far']],
    ['text', 'failed', 'only a text'],
    ['fine', 'completed', undefined],
    ['constructor', 'skipped', undefined],
  ]);
  const plain = await run(workflow('plain').task({ name: 'a', run: atWork('outcomesOf') }), { executor }).unwrap();
  t.deepEqual(plain.outcomes, []);
});

test('`input` picks what a thread gets', async (t) => {
  const { executor } = threadsFor(t);
  const flow = workflow<{ n: number; f: () => void }>('flow').task({
    name: 'add',
    run: inThread<typeof add, { n: number }>({ module: MODULE, export: 'add', input: ({ n }) => ({ a: n, b: n }) }),
  });
  t.is((await run(flow, { executor, context: { n: 4, f: () => {} } }).unwrap()).sum, 8);
});

const list = (length: number, end: unknown): unknown => {
  let first = end;
  for (let index = 0; index < length; index += 1) {
    first = { next: first };
  }
  return first;
};
function detached(): Uint8Array {
  const bytes = new Uint8Array(1);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
}
const wide = Array.from({ length: 100_000 }, (_, index) => ({ index }));

for (const [title, value, path, got] of [
  ['a long list with a function at its end', list(1000, test), `context.value${'.next'.repeat(1000)}`, 'the function `test`'],
  ['a list that is too long to clone', list(20_000, 1), 'context', 'nested too deeply'],
  [
    'a function behind more values than are searched',
    [...wide, test],
    'context',
    'an object with a part that is not cloneable',
  ],
  ['a proxy', new Proxy({ a: 1 }, {}), 'context.value', 'an object'],
  ['bytes that were transferred', [new Uint8Array(1), detached()], 'context.value[1]', 'an instance of Uint8Array'],
  ['an error whose cause is a function', new Error('e', { cause: test }), 'context.value.cause', 'the function `test`'],
] as const) {
  test(`a search for what can't be cloned is short: ${title}`, async (t) => {
    t.like(await errorOf(t, { run: atWork('keysOf') }, { value }), { code: 'NOT_CLONEABLE', path });
    t.true(
      ((await errorOf(t, { run: atWork('keysOf') }, { value })) as Error).message.endsWith(`between threads: it is ${got}`),
    );
  });
}

test('the search for what can’t be cloned reads each value once', (t) => {
  let reads = 0;
  const counted = (next: unknown) => ({
    get next() {
      reads += 1;
      return next;
    },
  });
  let first: unknown = test;
  for (let index = 0; index < 2000; index += 1) {
    first = counted(first);
  }
  t.is(findUncloneable(first, 'context', new Error('no')).got, 'the function `test`');
  t.is(reads, 2000);
});
