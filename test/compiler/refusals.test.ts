import test from 'ava';
import {
  type AnyStateMachine,
  assign,
  createActor,
  createMachine,
  emit,
  enqueueActions,
  fromPromise,
  raise,
  setup,
  spawnChild,
  stateIn,
} from 'xstate';
import { compileMachine } from '../../src/compiler/compile-machine.ts';

type Config = Parameters<typeof createMachine>[0];

const wait = fromPromise(async () => {});
const states = { a: {}, b: {} };
const on = (transition: unknown): Config => ({ initial: 'a', states: { a: { on: { go: transition as never } }, b: {} } });

const REFUSED: readonly (readonly [title: string, config: Config, construct: string])[] = [
  ['no states', {}, '`m` has no states'],
  ['parallel states', { type: 'parallel', states }, '`m` has parallel states'],
  ['a history state', { initial: 'a', states: { ...states, h: { type: 'history' } } }, '`m.h` has a history state'],
  [
    'a nested final state',
    { initial: 'a', states: { a: { initial: 'x', states: { x: { type: 'final' } } } } },
    '`m.a.x` has a final state inside another state',
  ],
  ['an output', { initial: 'a', states, output: 1 }, '`m` has an `output`'],
  ['an output of a final state', { initial: 'a', states: { a: { type: 'final', output: 1 } } }, '`m.a` has an `output`'],
  ['an invoke', { initial: 'a', states: { a: { invoke: { src: wait } } } }, '`m.a` has an `invoke`'],
  [
    'actions of an initial transition',
    { initial: { target: 'a', actions: 'x' }, states },
    '`m` has actions on its `initial` transition',
  ],
  ['a wildcard', { initial: 'a', states: { a: { on: { '*': 'b' } }, b: {} } }, '`m.a` has a wildcard event'],
  ['a partial wildcard', { initial: 'a', states: { a: { on: { 'go.*': 'b' } }, b: {} } }, '`m.a` has a wildcard event'],
  ['a route', { initial: 'a', states: { a: { id: 'a', route: {} } } } as Config, '`m` has a `route`'],
  ['several targets', on({ target: ['a', 'b'] }), '`m.a` has a transition with several targets'],
  [
    'a machine that reenters itself',
    { initial: 'a', states, on: { go: { target: '.b', reenter: true } } },
    '`m` has a reentering transition of the whole machine',
  ],
  [
    'a limit of microsteps',
    { initial: 'a', states, options: { maxIterations: 5 } } as Config,
    '`m` has the option `maxIterations`',
  ],
  ['an event that is raised at once', on({ actions: raise({ type: 'x' }) }), '`m.a` has the action `xstate.raise`'],
  ['an actor that is spawned', on({ actions: spawnChild(wait) }), '`m.a` has the action `xstate.spawnChild`'],
  ['actions that are enqueued', on({ actions: enqueueActions(() => {}) }), '`m.a` has the action `xstate.enqueueActions`'],
  ['a guard that reads the state', on({ guard: stateIn('a') }), '`m.a` has a guard that reads the state, such as `stateIn`'],
  ['a guard that is not there', on({ guard: 'isThere' }), '`m.a` has the guard `isThere`, which is not implemented'],
];

for (const [title, config, construct] of REFUSED) {
  test(`a machine is not compiled that has ${title}, which is named`, (t) => {
    t.throws(() => compileMachine(createMachine({ id: 'm', ...config } as Config)), {
      name: 'NotCompilableError',
      code: 'NOT_COMPILABLE',
      message: `The machine \`m\` can't be compiled: ${construct}`,
    });
  });
}

test('an assign of a compiled machine can spawn nothing', (t) => {
  const machine = setup({ actors: { wait } }).createMachine({
    initial: 'a',
    states: { a: { on: { go: { actions: assign(({ spawn }) => ({ child: spawn('wait') })) } } } },
    context: {},
  });
  const step = () => compileMachine(machine).transition(machine.resolveState({ value: 'a' }), { type: 'go' }, {} as never);
  t.throws(step, { message: "A compiled machine can't spawn actors" });
});

test('a named action that emits is known by what it does', (t) => {
  const machine = setup({ actions: { tell: emit({ type: 'told' }) } }).createMachine({
    initial: 'a',
    states: { a: { entry: 'tell' } },
  });
  t.notThrows(() => compileMachine(machine));
});

test('a delay of a compiled machine that is none is told: the event would have to be raised at once', (t) => {
  const machine = setup({ delays: { late: () => undefined as unknown as number } }).createMachine({
    initial: 'a',
    states: { a: { on: { go: 'b' } }, b: { after: { late: 'a' } } },
  });
  const { error } = stepOf(machine);
  t.like(error, { message: "A compiled machine can't raise events without a delay: `xstate.after.late.(machine).b`" });
});

for (const [title, config] of [
  ['a guard', { initial: 'a', states: { a: { on: { go: { target: 'b', guard: raiseError } } }, b: {} } }],
  ['the context', { initial: 'a', context: raiseError, states: { a: {} } }],
  ['an assign at the start', { initial: 'a', entry: assign(raiseError), context: {}, states: { a: {} } }],
] as const) {
  test(`an error of ${title} is told as XState tells it`, (t) => {
    const machine = createMachine({ id: 'm', ...config } as never) as unknown as AnyStateMachine;
    const [compiled, plain] = [stepOf(machine), stepOf(machine, (same) => same)];
    t.is(compiled.error?.message, plain.error?.message);
    t.deepEqual(Object.keys(compiled.snapshot), Object.keys(plain.snapshot));
  });
}

function raiseError(): never {
  throw new Error('boom');
}

/** What an actor of the machine comes to, when it takes `go`. */
function stepOf(machine: AnyStateMachine, compile = compileMachine): { snapshot: object; error: Error | undefined } {
  const actor = createActor(compile(machine));
  let error: Error | undefined;
  actor.subscribe({
    error: (thrown) => {
      error = thrown as Error;
    },
  });
  actor.start();
  actor.send({ type: 'go' });
  return { snapshot: actor.getSnapshot(), error };
}
