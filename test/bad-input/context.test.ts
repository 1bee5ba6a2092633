import test from 'ava';
import { run } from 'tintype';
import { watchForHarm } from '../helpers/bad-input-harm.ts';
import { changing, nothing, otherRealm } from '../helpers/bad-input-values.ts';

watchForHarm(test);

type Change = (context: Record<string, unknown>) => unknown;

const CHANGES: readonly (readonly [title: string, change: Change, what: string])[] = [
  ['sets a key', (context) => (context.fruit = 'pear'), "`fruit` can't be set"],
  ['sets a new key', (context) => (context.extra = 1), "`extra` can't be set"],
  ['sets a key with `Object.assign`', (context) => Object.assign(context, { fruit: 'pear' }), "`fruit` can't be set"],
  ['sets a key with `Reflect.set`', (context) => Reflect.set(context, 'fruit', 'pear'), "`fruit` can't be set"],
  ['sets a symbol', (context) => Reflect.set(context, Symbol('s'), 1), "`Symbol(s)` can't be set"],
  [
    'sets a key of an object that inherits from it',
    (context) => (Object.create(context).fruit = 'pear'),
    "`fruit` can't be set",
  ],
  ['sets `__proto__`', (context) => Object.assign(context, JSON.parse('{ "__proto__": 1 }')), "`__proto__` can't be set"],
  ['deletes a key', (context) => delete context.fruit, "`fruit` can't be deleted"],
  ['deletes a key that is not there', (context) => delete context.extra, "`extra` can't be deleted"],
  ['defines a key', (context) => Object.defineProperty(context, 'fruit', { value: 'pear' }), "`fruit` can't be defined"],
  [
    'defines a getter',
    (context) =>
      (context as { __defineGetter__?: (key: string, get: () => void) => void }).__defineGetter__?.('fruit', nothing),
    "`fruit` can't be defined",
  ],
  ['sets the prototype', (context) => Object.setPrototypeOf(context, null), "its prototype can't be set"],
  ['freezes it', (context) => Object.freeze(context), "it can't be frozen or sealed"],
  ['seals it', (context) => Object.seal(context), "it can't be frozen or sealed"],
  ['prevents extensions', (context) => Reflect.preventExtensions(context), "it can't be frozen or sealed"],
  ['sets a key of 10,000 characters', (context) => (context['x'.repeat(10_000)] = 1), `\`${'x'.repeat(80)}…\` can't be set`],
];

for (const [title, change, what] of CHANGES) {
  test(`a task that ${title} in the context gets a TypeError, and nothing is changed`, async (t) => {
    const context = { fruit: 'apple' };
    const result = await run([{ name: 'a', run: change, maxRetries: 0 }], { context });
    const error = result.state === 'failed' ? result.failure.error : undefined;
    t.true(error instanceof TypeError);
    t.like(error, {
      code: 'READONLY_CONTEXT',
      message: `The context is read-only: ${what}; return values from the task instead`,
    });
    t.deepEqual(result.context, { fruit: 'apple' });
    t.deepEqual(context, { fruit: 'apple' });
  });
}

test('a task that swallows the TypeError goes on', async (t) => {
  const attempt: Change = (context) => {
    try {
      context.fruit = 'pear';
    } catch {
      return { swallowed: true };
    }
    return undefined;
  };
  t.deepEqual((await run([{ name: 'a', run: attempt }])).context, { swallowed: true });
});

test('what is in the context is shared, not copied', async (t) => {
  const shared: { list: number[] } = { list: [] };
  const tasks = [
    { name: 'a', run: ({ nested }: { nested: typeof shared }) => void nested.list.push(1) },
    { name: 'b', dependencies: ['a'], run: ({ nested }: { nested: typeof shared }) => ({ seen: [...nested.list] }) },
  ];
  const { context } = await run(tasks, { context: { nested: shared } });
  t.deepEqual(context, { nested: { list: [1] }, seen: [1] });
  t.is((context as { nested: object }).nested, shared);
});

test('the context can be looked at in every way', async (t) => {
  const look = (context: Record<string, unknown>) => ({
    keys: Object.keys(context),
    copy: { ...context },
    json: JSON.stringify(context),
    has: 'fruit' in context,
    absent: context.absent,
    frozen: Object.isFrozen(context),
    descriptor: Object.getOwnPropertyDescriptor(context, 'fruit'),
    prototype: Object.getPrototypeOf(context) === Object.prototype,
  });
  const { context } = await run([{ name: 'a', run: look }], { context: { fruit: 'apple' } });
  t.deepEqual(context, {
    fruit: 'apple',
    keys: ['fruit'],
    copy: { fruit: 'apple' },
    json: '{"fruit":"apple"}',
    has: true,
    absent: undefined,
    frozen: false,
    descriptor: { value: 'apple', writable: true, enumerable: true, configurable: true },
    prototype: true,
  });
});

test('a task can return the context itself', async (t) => {
  const result = await run([{ name: 'a', run: (context) => context }], { context: { fruit: 'apple' } });
  t.deepEqual(result.context, { fruit: 'apple' });
});

for (const [title, context] of [
  ['frozen', Object.freeze({ fruit: 'apple' })],
  ['sealed', Object.seal({ fruit: 'apple' })],
  ['without a prototype', Object.assign(Object.create(null), { fruit: 'apple' })],
  ['of another realm', otherRealm("{ fruit: 'apple' }")],
  ['a proxy', new Proxy({ fruit: 'apple' }, {})],
  ['with a getter', changing('fruit', 'apple', 'pear').object],
  ['with a key that is a symbol', { fruit: 'apple', [Symbol('s')]: 1 }],
  ['with a key that is not enumerable', Object.defineProperty({ fruit: 'apple' }, 'hidden', { value: 1 })],
] as const) {
  test(`an initial context that is ${title} is copied and can be added to`, async (t) => {
    const before = Object.keys(context);
    const tasks = [
      { name: 'a', run: ({ fruit }: { fruit: string }) => ({ seen: fruit }) },
      { name: 'b', dependencies: ['a'], run: () => ({ fruit: 'pear' }) },
    ];
    const result = await run(tasks, { context });
    t.deepEqual(result.context, { fruit: 'pear', seen: 'apple' });
    t.deepEqual(Reflect.ownKeys(result.context), ['fruit', 'seen']);
    t.deepEqual(Object.keys(context), before);
  });
}

test('an own `__proto__` of the initial context is an own key of the context', async (t) => {
  const context = JSON.parse('{ "__proto__": { "polluted": 1 } }');
  const look = (seen: object) => ({
    own: Object.hasOwn(seen, '__proto__'),
    polluted: 'polluted' in seen,
    prototype: Object.getPrototypeOf(seen) === Object.prototype,
  });
  const result = await run([{ name: 'a', run: look }], { context });
  t.is(JSON.stringify(result.context), '{"__proto__":{"polluted":1},"own":true,"polluted":false,"prototype":true}');
});

test('the context of a result can not be changed', async (t) => {
  const { context } = await run([], { context: { fruit: 'apple' } });
  t.throws(() => Object.assign(context, { fruit: 'pear' }), { instanceOf: TypeError });
  t.throws(() => Object.setPrototypeOf(context, {}), { instanceOf: TypeError });
});
