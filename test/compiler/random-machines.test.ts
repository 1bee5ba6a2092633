import test from 'ava';
import fc from 'fast-check';
import { type AnyEventObject, type AnyMachineSnapshot, type AnyStateMachine, assign, emit, sendTo, setup } from 'xstate';
import { record } from './recorded-step.ts';
import { TwinMachine } from './twin-machine.ts';

const EVENTS = ['go', 'turn', 'back', 'xstate.after.soon.m.s0', 'xstate.after.soon.m.s1.c0'].map((type) => ({ type }));
const STATES = ['s0', 's1', 's2', 's3'];
const CHILDREN = ['c0', 'c1'];

const parts = setup({
  types: {} as { context: { n: number }; events: AnyEventObject },
  guards: {
    even: ({ context }) => context.n % 2 === 0,
    below: ({ context }, { limit }: { limit: number }) => context.n < limit,
  },
  delays: { soon: ({ context }) => 10 + context.n },
  actions: {
    count: assign({ n: ({ context }) => context.n + 1 }),
    tell: emit(({ context, event }, params: object) => ({ type: 'told', ...context, ...params, of: event.type })),
    ask: sendTo(
      ({ self }) => self,
      ({ context }) => ({ type: 'asked', ...context }),
    ),
    note: (_, _params: object) => {},
  },
});

const actions = fc.array(
  fc.oneof(
    fc.constantFrom('count', 'ask', { type: 'note', params: ({ context }: { context: object }) => ({ ...context }) }),
    fc.nat(9).map((n) => ({ type: 'tell', params: { n } })),
  ),
  { maxLength: 3 },
);

const targets = fc.option(
  fc.constantFrom(...STATES.map((state) => `#m.${state}`), ...CHILDREN.map((child) => `#m.s1.${child}`)),
  { nil: undefined },
);

const transition = fc.record({
  target: targets,
  reenter: fc.boolean(),
  guard: fc.constantFrom(undefined, 'even', {
    type: 'below',
    params: ({ context }: { context: { n: number } }) => ({ limit: 8 - context.n }),
  }),
  actions,
});

const on = fc.dictionary(fc.constantFrom('go', 'turn', 'back'), fc.array(transition, { minLength: 1, maxLength: 2 }));

const state = fc.record({
  entry: actions,
  exit: actions,
  tags: fc.subarray(['x', 'y']),
  on,
  // It counts on, so that it comes to an end.
  always: fc.option(
    fc.record({
      target: targets,
      guard: fc.constant({ type: 'below', params: { limit: 6 } }),
      actions: actions.map((list) => ['count', ...list]),
    }),
    { nil: undefined },
  ),
  after: fc.option(
    transition.map((soon) => ({ soon })),
    { nil: undefined },
  ),
});

const machines: fc.Arbitrary<AnyStateMachine> = fc
  .record({
    root: on,
    always: state.map(({ always }) => always),
    entry: actions,
    exit: actions,
    states: fc.tuple(state, state, state, state),
    children: fc.tuple(state, state),
    isFinal: fc.boolean(),
  })
  .map(
    ({
      root,
      always,
      entry,
      exit,
      states: [s0, s1, s2, { entry: lastEntry, exit: lastExit, tags, always: lastAlways }],
      children: [c0, c1],
      isFinal,
    }) => {
      const end = { entry: lastEntry, exit: lastExit, tags, ...(isFinal && { type: 'final', always: lastAlways }) };
      const rootOn = Object.fromEntries(
        Object.entries(root).map(([type, list]) => [type, list.map((one) => ({ ...one, reenter: false }))]),
      );
      const config = {
        id: 'm',
        context: { n: 0 },
        initial: 's0',
        on: rootOn,
        ...(always && { always }),
        entry,
        exit,
        states: { s0, s1: { ...s1, initial: 'c0', states: { c0, c1 } }, s2, s3: end },
      };
      return parts.createMachine(config as never) as unknown as AnyStateMachine;
    },
  );

test('a table does what XState does, of any machine that can be compiled', (t) => {
  let compared = 0;
  fc.assert(
    fc.property(machines, fc.array(fc.constantFrom(...EVENTS), { maxLength: 12 }), (machine, events) => {
      const twin = new TwinMachine(machine);
      let { snapshot } = record((scope) => twin.machine.getInitialSnapshot(scope, undefined));
      for (const event of events) {
        const before: AnyMachineSnapshot = snapshot;
        snapshot = record((scope) => twin.machine.transition(before, event, scope)).snapshot;
      }
      twin.compareAll();
      compared += twin.compared;
      if (twin.differences.length > 0) {
        throw new Error(twin.differences.slice(0, 5).join('\n'));
      }
    }),
    { numRuns: 300, ...(process.env.SEED !== undefined && { seed: Number(process.env.SEED) }) },
  );
  t.true(compared > 1000);
});
