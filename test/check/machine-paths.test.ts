import test from 'ava';
import { CheckError, machinePaths } from 'tintype/check';
import { taskMachine } from 'tintype/machines';
import { assign, createActor, createMachine, fromPromise, setup } from 'xstate';
import { createTestModel } from 'xstate/graph';

const never = fromPromise(async (): Promise<string> => {
  throw new Error('no actor is to be started');
});

const loader = setup({
  types: {} as { context: { tries: number; loaded: string }; events: { type: 'go' } },
  actors: { load: never },
  delays: { wait: 10 },
  guards: { triedTwice: ({ context }) => context.tries === 2 },
  actions: {
    fail: () => {
      throw new Error('no action is to be carried out');
    },
    count: assign({ tries: ({ context }) => context.tries + 1 }),
  },
}).createMachine({
  id: 'loader',
  context: { tries: 0, loaded: '' },
  initial: 'idle',
  states: {
    idle: { on: { go: { target: 'loading', actions: 'fail' } } },
    loading: {
      invoke: {
        id: 'load',
        src: 'load',
        onDone: { target: 'loaded', actions: assign({ loaded: ({ event }) => event.output }) },
        onError: { target: 'waiting', actions: 'count' },
      },
      after: { wait: 'late' },
    },
    waiting: { always: { guard: 'triedTwice', target: 'failed' }, after: { 5: 'loading' } },
    loaded: { type: 'final' },
    failed: {},
    late: {},
  },
});

test('a machine with invoke and after, which xstate/graph makes no test model of, has paths', (t) => {
  t.throws(() => createTestModel(loader), { message: /not supported/ });
  const paths = machinePaths(loader, { events: [{ type: 'go' }], cover: 'states', actors: { load: { returns: ['x'] } } });
  const ends = paths.flatMap(({ steps }) => steps.map(({ snapshot }) => snapshot.value));
  t.deepEqual([...new Set(ends)].sort(), ['failed', 'late', 'loaded', 'loading', 'waiting']);
  t.true(paths.some(({ steps }) => steps.at(-1)?.snapshot.context.loaded === 'x'));
});

test('paths through transitions take each delay and each end of an actor', (t) => {
  const paths = machinePaths(loader, { events: () => [{ type: 'go' } as const], actors: { load: { returns: ['x'] } } });
  t.deepEqual([...new Set(paths.flatMap(({ steps }) => steps.map(({ event }) => event.type)))].sort(), [
    'go',
    'xstate.after.5.loader.waiting',
    'xstate.after.wait.loader.loading',
    'xstate.done.actor.load',
    'xstate.error.actor.load',
  ]);
  t.true(paths.every(({ initial }) => initial.value === 'idle'));
  t.deepEqual(
    paths.map(({ description }) => description),
    [
      'go, then load throws, then 5 ms pass in waiting, then wait ends in loading: "late"',
      'go, then load returns "x": "loaded"',
    ],
  );
});

test('paths through edges take each event in each state', (t) => {
  const light = createMachine({
    id: 'light',
    initial: 'off',
    states: { off: { on: { switch: 'on' } }, on: { on: { switch: 'off', dim: 'on' } } },
  });
  const paths = machinePaths(light, { events: [{ type: 'switch' }, { type: 'dim' }], cover: 'edges' });
  const edges = paths.flatMap(({ initial, steps }) =>
    steps.map(({ event }, index) => `${index === 0 ? initial.value : steps[index - 1]?.snapshot.value} ${event.type}`),
  );
  t.deepEqual([...new Set(edges)].sort(), ['off dim', 'off switch', 'on dim', 'on switch']);
});

test('the machine of a task alone has paths', (t) => {
  const paths = machinePaths(taskMachine, {
    input: {
      task: 'a',
      dependencies: ['ice'],
      anyOf: 0,
      isConditional: false,
      maxRetries: 0,
      timeout: 10,
      continueOnFailure: false,
    },
    events: [
      { type: 'dependency.settled', edge: 'completed', group: 0, blocker: null },
      { type: 'slot.granted' },
      { type: 'task.cancel', reason: 'jobFailed' },
    ],
    cover: 'states',
  });
  const states = paths.flatMap(({ steps }) => steps.map(({ snapshot }) => JSON.stringify(snapshot.value)));
  t.deepEqual([...new Set(states)].sort(), ['"cancelled"', '"ready"', '"skipped"', '{"running":"timed"}']);
});

test('a machine with more states than the limit is an error that names it', (t) => {
  const counter = setup({ types: {} as { context: { count: number }; events: { type: 'more' } } }).createMachine({
    id: 'counter',
    context: { count: 0 },
    on: { more: { actions: assign({ count: ({ context }) => context.count + 1 }) } },
  });
  t.throws(() => machinePaths(counter, { events: [{ type: 'more' }], limit: 20 }), {
    instanceOf: CheckError,
    message: /The machine counter/,
  });
});

test('what is no machine, and options that are wrong, are refused', (t) => {
  const refused = { instanceOf: CheckError };
  t.is(
    t.throws(() => machinePaths({} as never), refused)?.message,
    'The machine must be an XState machine made by `createMachine`, got an object',
  );
  t.regex(
    t.throws(() => machinePaths(loader, { cover: 'all' as never }), refused)?.message ?? '',
    /`cover` must be transitions, states, edges, got/,
  );
  t.is(
    t.throws(() => machinePaths(loader, { limit: 0 }), refused)?.message,
    `The paths: \`limit\` must be an integer from 1 to ${Number.MAX_SAFE_INTEGER}, or Infinity, got 0`,
  );
  t.is(t.throws(() => machinePaths(loader, null as never), refused)?.message, 'The path options must be an object, got null');
  const events =
    /^The paths: `events` must be an array of events, each an object with a `type`, or a function that returns one, got/;
  for (const wrong of ['go', ['go'], [{ name: 'go' }]]) {
    t.regex(t.throws(() => machinePaths(loader, { events: wrong as never }), refused)?.message ?? '', events);
  }
  t.is(
    t.throws(() => machinePaths(loader, { events: () => 'go' as never }), refused)?.message,
    'The `events` function must return an array of events, got the string "go"',
  );
  t.regex(
    t.throws(() => machinePaths(loader, { event: [], actors: { laod: {}, load: { returns: 'x' } } } as never), refused)
      ?.message ?? '',
    /no option `event`; .*\n.*`actors.load` must be \{ returns, throws \}, each an array, got an object\n.*no option `actors.laod`; the options are load$/,
  );
});

test('states that differ only in what a history remembers are told apart', (t) => {
  const player = createMachine({
    id: 'player',
    initial: 'on',
    states: {
      on: {
        initial: 'slow',
        states: { slow: { on: { shift: 'fast' } }, fast: {}, last: { type: 'history' } },
        on: { off: 'off' },
      },
      off: { on: { resume: 'on.last' } },
    },
  });
  const paths = machinePaths(player, { events: [{ type: 'shift' }, { type: 'off' }, { type: 'resume' }], cover: 'edges' });
  for (const { description, steps } of paths) {
    const actor = createActor(player).start();
    for (const { event, snapshot } of steps) {
      actor.send(event);
      t.deepEqual(actor.getSnapshot().value, snapshot.value, description);
    }
  }
  const ends = paths.flatMap(({ steps }) =>
    steps.filter(({ event }) => event.type === 'resume').map(({ snapshot }) => snapshot),
  );
  t.deepEqual(new Set(ends.map(({ value }) => JSON.stringify(value))), new Set(['{"on":"slow"}', '{"on":"fast"}']));
});

test('a context, and an event, that JSON can not hold is an error that names it', (t) => {
  const holding = (held: unknown) =>
    createMachine({ id: 'holder', context: { fine: [null, { at: new Date(0), failed: new Error('x') }], held } });
  const refused = { instanceOf: CheckError };
  for (const [held, described] of [
    [new Set([1]), 'an instance of Set'],
    [[new Map()], 'an instance of Map'],
    [{ big: 1n }, '1n'],
    [Infinity, 'Infinity'],
    [() => {}, 'a function'],
  ] as const) {
    t.is(
      t.throws(() => machinePaths(holding(held)), refused)?.message,
      `\`held\` in the context of the machine holder holds ${described}, which JSON can't represent, so states can't be told apart`,
    );
  }
  const circle: { self?: unknown } = {};
  circle.self = circle;
  t.regex(
    t.throws(() => machinePaths(holding(circle)), refused)?.message ?? '',
    /^`held` in the context of the machine holder can't be serialized as JSON: TypeError/,
  );
  t.notThrows(() => machinePaths(holding('a string')));
  t.regex(
    t.throws(() => machinePaths(loader, { events: [{ type: 'go' }], actors: { load: { returns: [new Set()] } } }), refused)
      ?.message ?? '',
    /^The event `xstate\.done\.actor\.load` holds an instance of Set/,
  );
});

test('errors of invoked actors are told apart by what they say', (t) => {
  const errors = [new Error('lost'), new Error('late')];
  const paths = machinePaths(loader, { events: [{ type: 'go' }], cover: 'edges', actors: { load: { throws: errors } } });
  const thrown = paths.flatMap(({ steps }) => steps.flatMap(({ event }) => ('error' in event ? [event.error] : [])));
  t.deepEqual(new Set(thrown), new Set(errors));
});
