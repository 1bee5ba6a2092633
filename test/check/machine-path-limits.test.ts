import test from 'ava';
import { CheckError, machinePaths } from 'tintype/check';
import { type AnyStateMachine, assign, createMachine, fromPromise, raise, setup } from 'xstate';

const child = createMachine({ id: 'child' });

type Assigner = (args: { context: Record<string, never>; spawn: (...args: unknown[]) => unknown }) => unknown;

/** A machine that assigns to `held` at each `add`, until `end`. */
const assigning = (held: Assigner, context: object = { held: '' }): AnyStateMachine =>
  createMachine({
    id: 'holder',
    context: context as never,
    initial: 'open',
    states: { open: { on: { add: { actions: assign({ held } as never) }, end: 'closed' } }, closed: {} },
  }) as unknown as AnyStateMachine;

const pathsOf = (machine: AnyStateMachine, options: object = {}) =>
  machinePaths(machine, { events: [{ type: 'add' }, { type: 'end' }], ...options } as never).map(
    ({ description }) => description,
  );

test('actors that a machine spawns are told apart by where it holds them', (t) => {
  const paths = ['end: "closed"', 'add, then end: "closed"'];
  t.deepEqual(pathsOf(assigning(({ spawn }) => spawn(child))), paths);
  t.deepEqual(pathsOf(assigning(({ spawn }) => spawn(child, { systemId: 'only' }))), paths);
});

test('an actor in two places is not two actors', (t) => {
  const machine = createMachine({
    id: 'pair',
    context: { actors: [] as unknown[] },
    on: {
      one: {
        actions: assign({
          actors: ({ spawn }) => {
            const actor = spawn(child as never);
            return [actor, actor];
          },
        }),
      },
      two: { actions: assign({ actors: ({ spawn }) => [spawn(child as never), spawn(child as never)] }) },
    },
  });
  const paths = machinePaths(machine, { events: [{ type: 'one' }, { type: 'two' }] as never, cover: 'states' });
  t.is(new Set(paths.flatMap(({ steps }) => steps.map(({ event }) => event.type))).size, 2);
});

const GROWING: Readonly<Record<string, [held: Assigner, context?: object]>> = {
  'random numbers': [() => Math.random()],
  'a running clock': [() => performance.now()],
  ids: [() => crypto.randomUUID()],
  'dates that differ': [({ context }) => new Date(Number(new Date(context.held ?? 0)) + 1), { held: 0 }],
  'a list that grows': [({ context }) => [...(context.held ?? []), 'entry'], { held: [] }],
  'a list of actors that grows': [({ context, spawn }) => [...(context.held ?? []), spawn(child)], { held: [] }],
  'a text that doubles': [({ context }) => `${context.held}${context.held}`, { held: 'x' }],
};

for (const [kind, [held, context]] of Object.entries(GROWING)) {
  test(`exploring ends with an error that names ${kind} in the context`, (t) => {
    const error = t.throws(() => pathsOf(assigning(held, context), { limit: 1000 }), { instanceOf: CheckError });
    t.regex(
      error?.message ?? '',
      /^The machine holder takes more than (1000 steps|10000000 characters) to explore: in its context, `held` never stops changing; pass fewer events or raise `limit`$/,
    );
  });
}

const UNHELD: Readonly<Record<string, [held: () => unknown, message: RegExp]>> = {
  'a function': [() => () => {}, /`held` in the context of the machine holder holds a function, /],
  'a Map': [() => new Map(), /`held` in the context of the machine holder holds an instance of Map, /],
  'a symbol': [() => Symbol('s'), /`held` in the context of the machine holder holds Symbol\(s\), /],
  'a key that is a symbol': [() => ({ [Symbol('s')]: 1 }), /`held` in the context of the machine holder holds an object, /],
  'an instance of a class': [
    () => new (class Held {})(),
    /`held` in the context of the machine holder holds an instance of Held, /,
  ],
  'a getter that throws': [
    () => ({
      get x() {
        throw new Error('no');
      },
    }),
    /`held` in the context of the machine holder can't be serialized as JSON: Error: no/,
  ],
};

for (const [kind, [held, message]] of Object.entries(UNHELD)) {
  test(`a context with ${kind} is refused`, (t) => {
    t.regex(t.throws(() => pathsOf(assigning(held)), { instanceOf: CheckError })?.message ?? '', message);
  });
}

test('a context that is not plain is refused', (t) => {
  t.regex(
    t.throws(() => pathsOf(assigning(() => 1, new Map())), { instanceOf: CheckError })?.message ?? '',
    /^The context of the machine holder holds an instance of Map, /,
  );
});

const named = setup({ types: {} as { input: { user: { name: string } }; context: { name: string } } }).createMachine({
  id: 'named',
  context: ({ input }) => ({ name: input.user.name }),
  initial: 'a',
  states: { a: { on: { go: 'b' } }, b: {} },
});

test('a machine that can not start without its input is an error', (t) => {
  const events = [{ type: 'go' }] as const;
  const error = t.throws(() => machinePaths(named, { events }), { instanceOf: CheckError });
  t.regex(error?.message ?? '', /^The machine named can't start \(perhaps its `input` is missing\): TypeError: /);
  t.true(error?.cause instanceof TypeError);
  t.regex(
    t.throws(() => machinePaths(named, { events, input: {} as never }), { instanceOf: CheckError })?.message ?? '',
    /^The machine named can't start \(check its `input`\): TypeError: /,
  );
  t.is(machinePaths(named, { events, input: { user: { name: 'x' } } }).length, 1);
});

test('a guard or an assign that throws is an error that names the state and the event', (t) => {
  const go = { guard: ({ event }: { event: { by?: { n: number } } }) => (event.by as { n: number }).n > 0, target: 'b' };
  const machine = createMachine({ id: 'm', initial: 'a', states: { a: { on: { go } as never }, b: {} } });
  t.regex(
    t.throws(() => machinePaths(machine, { events: [{ type: 'go' }] }), { instanceOf: CheckError })?.message ?? '',
    /^The machine m can't take the event `go` in the state "a": Error: Unable to evaluate guard/,
  );
  t.regex(
    t.throws(
      () =>
        pathsOf(
          assigning(() => {
            throw new Error('boom');
          }),
        ),
      { instanceOf: CheckError },
    )?.message ?? '',
    /^The machine holder can't take the event `add` in the state "open": Error: boom$/,
  );
});

test('a machine that never comes to rest is an error', (t) => {
  const spinning = { b: { always: 'c' }, c: { always: 'b' } };
  const later = createMachine({ id: 'm', initial: 'a', states: { a: { on: { go: 'b' } }, ...spinning } });
  const raising = createMachine({ id: 'm', on: { go: { actions: raise({ type: 'go' }) } } });
  for (const machine of [later, raising]) {
    t.regex(
      t.throws(() => machinePaths(machine, { events: [{ type: 'go' }] }), { instanceOf: CheckError })?.message ?? '',
      /^The machine m can't take the event `go` in the state .*: Error: Infinite loop detected/,
    );
  }
  const atOnce = createMachine({ id: 'm', initial: 'b', states: spinning });
  t.regex(t.throws(() => machinePaths(atOnce), { instanceOf: CheckError })?.message ?? '', /Infinite loop detected/);
});

test('no paths at all are an error, unless the machine has no transitions', (t) => {
  const light = createMachine({ id: 'light', initial: 'off', states: { off: { on: { switch: 'on' } }, on: {} } });
  for (const options of [{}, { events: [{ type: 'swich' }] as never }]) {
    t.is(
      t.throws(() => machinePaths(light, options), { instanceOf: CheckError })?.message,
      'The machine light takes no transition from "off": pass `events` that it handles there',
    );
  }
  t.deepEqual(machinePaths(createMachine({ initial: 'only', states: { only: {} } })), []);
});

const ask = fromPromise<string>(async () => 'x');

test('descriptions are unique, and name payloads, outcomes of actors, delays and failures', (t) => {
  const machine = setup({ actors: { ask } }).createMachine({
    id: 'm',
    context: { amount: 0 },
    initial: 'idle',
    states: {
      idle: { on: { pay: [{ guard: ({ event }) => event.amount > 1, target: 'asking' }, { target: 'waiting' }] } },
      asking: {
        invoke: { src: 'ask', onDone: [{ guard: ({ event }) => event.output === 'yes', target: 'done' }, { target: 'idle' }] },
      },
      waiting: { after: { 10: 'done' } },
      done: { on: { reset: 'idle' } },
    },
  });
  const events = [{ type: 'pay', amount: 1 }, { type: 'pay', amount: 2 }, { type: 'reset' }] as never;
  const actors = { ask: { returns: ['yes', 'no'], throws: [new Error('lost'), { code: 1 }, undefined] } };
  const titles = machinePaths(machine, { events, actors, cover: 'edges' }).map(({ description }) => description);
  t.is(new Set(titles).size, titles.length);
  const clauses = titles.flatMap((title) => title.split(/, then |: (?=")/));
  for (const clause of [
    'pay {"amount":1}',
    'pay {"amount":2}',
    'ask returns "yes"',
    'ask returns "no"',
    '10 ms pass in waiting',
    'reset',
    'ask throws Error: lost',
    'ask throws {"code":1}',
    '"asking", failed with Error: lost',
  ]) {
    t.true(clauses.includes(clause), `${clause} in ${titles.join('\n')}`);
  }
});

test('descriptions that would be equal are numbered', (t) => {
  const long = 'x'.repeat(200);
  const go = { guard: ({ event }: { event: { text: string } }) => event.text.endsWith('y'), target: 'b' };
  const machine = createMachine({
    id: 'm',
    initial: 'a',
    states: { a: { on: { go: [go, { target: 'b' }] } as never }, b: {} },
  });
  const events = [
    { type: 'go', text: long },
    { type: 'go', text: `${long}y` },
  ] as never;
  const titles = machinePaths(machine, { events }).map(({ description }) => description);
  t.is(titles.length, 2);
  t.is(titles[1], `${titles[0]} (2)`);
});
