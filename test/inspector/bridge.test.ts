import test from 'ava';
import fc from 'fast-check';
import { run } from 'tintype';
import {
  type AnyActorLogic,
  type AnyActorRef,
  createActor,
  createMachine,
  fromPromise,
  type InspectionEvent,
  sendTo,
  setup,
  spawnChild,
} from 'xstate';
import { tell } from '../../inspector/src/bridge/bridge.ts';
import { Recorder } from '../../inspector/src/bridge/recorder.ts';
import { type ParsedReceiverEvent, receive } from '../../inspector/test/receive.ts';
import { settle } from '../helpers/simulated-time.ts';
import { SHAPES, scenarios } from '../property/arbitraries.ts';
import { play } from '../property/play.ts';

/** How an actor stood, as XState 5 tells it. */
interface Step {
  readonly actor: string;
  readonly value: unknown;
  readonly context: unknown;
  readonly tags: readonly string[];
  readonly status: string;
}

interface Snapshot {
  readonly value: unknown;
  readonly context: unknown;
  readonly tags: Iterable<string>;
}

/** Records what is inspected, and writes down each snapshot beside it. */
function recorded(limit = Number.POSITIVE_INFINITY) {
  const recorder = new Recorder({ limit, keepActors: false });
  const steps: Step[] = [];
  const inspect = (event: InspectionEvent) => {
    recorder.inspect(event);
    if (event.type === '@xstate.snapshot') {
      const { sessionId } = event.actorRef as AnyActorRef;
      const { status, value = status, context, tags = [] } = event.snapshot as Partial<Snapshot> & { status: string };
      steps.push({ actor: sessionId, value, context: structuredClone(context), tags: [...(tags ?? [])], status });
    }
  };
  /** What viewers are told, of all systems. */
  const messages = () => {
    for (const recording of recorder.kept) {
      tell(recording);
    }
    return [...recorder.kept].flatMap((recording) => recording.messages.map(({ text }) => text));
  };
  return { recorder, inspect, steps, messages };
}

/** What viewers see of the states of actors. */
function seenSteps(events: readonly ParsedReceiverEvent[]): Step[] {
  return events.flatMap((event) => {
    if (event.type !== 'service.register' && event.type !== 'service.state') {
      return [];
    }
    const { value, context, tags, _event } = event.state;
    const { status = 'active' } = (_event as never as { inspector: { status?: string } }).inspector;
    return [{ actor: event.sessionId.split('/')[1] as string, value, context, tags: [...tags], status }];
  });
}

test('the names and the condition of a task are sent in full', async (t) => {
  const { inspect, messages } = recorded();
  const names = Array.from({ length: 120 }, (_, index) => `${index}${'x'.repeat(1500)}`);
  const [first = '', ...others] = names;
  const tasks = [
    ...names.map((name) => ({ name, run: () => {} })),
    {
      name: 'last',
      dependencies: [{ settled: first }, { anyOf: others }],
      when: { [first]: { key: [1, 'a'] } },
      run: () => {},
    },
  ];
  await run(tasks, { inspect });
  const inputs = receive(messages()).flatMap((event) =>
    event.type === 'service.register' ? [event.machine.config.meta?.inspector.input] : [],
  );
  const { shown } = inputs.at(-1);
  t.deepEqual(shown.settled, [first]);
  t.deepEqual(shown.anyOf, [others]);
  t.true(shown.when.startsWith('when 0xxx'));
  t.is(inputs.at(1).shown, undefined);
  const machine = createMachine({ id: 'task' });
  const actor = createActor(machine, {
    inspect,
    input: { task: 'a', dependencies: [], shown: { settled: 5, anyOf: [5], when: 5 } },
  } as never);
  actor.start();
  const input = receive(messages()).findLast((event) => event.type === 'service.register')?.machine.config.meta?.inspector
    .input;
  t.deepEqual(input.shown, {});
});

for (const shape of SHAPES) {
  test(`what viewers see of a random job of ${shape} tasks equals what its actors are, at each step`, async (t) => {
    await fc.assert(
      fc.asyncProperty(scenarios(shape, 20), async (scenario) => {
        const { inspect, steps, messages } = recorded();
        await play(scenario, { inspect });
        const received = receive(messages());
        t.deepEqual(seenSteps(received), steps);
        const names = received.flatMap((event) => (event.type === 'service.register' ? [event.id] : []));
        t.deepEqual(names, ['job', ...scenario.tasks.map(({ name }) => name)]);
        for (const event of received) {
          if (event.type === 'service.register') {
            t.notThrows(() => event.machine.resolveState(event.state), 'XState 4 knows the state');
          }
        }
      }),
      { numRuns: 20 },
    );
  });
}

const child = setup({ actors: { ask: fromPromise(async () => 'answer') } }).createMachine({
  id: 'child',
  initial: 'asking',
  context: { secret: 1n },
  states: {
    asking: { invoke: { src: 'ask', id: 'question', onDone: 'done' }, on: { ping: {} } },
    done: { type: 'final' },
  },
});
const parent = setup({ actors: { child } }).createMachine({
  id: 'parent',
  type: 'parallel',
  invoke: { src: 'child', id: 'kid' },
  entry: sendTo('kid', { type: 'ping' }),
  states: {
    a: { initial: 'a1', states: { a1: { always: 'a2' }, a2: {} } },
    b: { on: { go: { guard: () => false, target: '.' } } },
  },
});

test('any actors of XState 5 are told of: machines, those they invoke, and promises', async (t) => {
  const { inspect, steps, messages } = recorded();
  const actor = createActor(parent, { inspect }).start();
  await new Promise((resolve) => actor.getSnapshot().children.kid?.subscribe({ complete: () => resolve(undefined) }));
  actor.stop();
  const received = receive(messages());
  const registered = received.filter((event) => event.type === 'service.register');
  const metas = registered.map(({ machine, id }) => ({ id, ...(machine.config.meta as { inspector: object }).inspector }));
  const [system] = received.map(({ sessionId }) => Number(sessionId.split('/')[0]));
  t.like(
    metas.sort((a, b) => (a.id < b.id ? -1 : 1)),
    [
      { id: 'kid', system, isMachine: true, src: 'child' },
      { id: 'question', system, isMachine: false, src: 'ask' },
      { system, isMachine: true },
    ],
  );
  t.deepEqual(
    seenSteps(received)
      .filter(({ actor: id }) => id === 'x:0')
      .map(({ value, status }) => ({ value, status })),
    steps.filter(({ actor: id }) => id === 'x:0').map(({ value, status }) => ({ value, status })),
  );
  t.true(received.some((event) => event.type === 'service.event' && event.event.name === 'ping'));
  t.is(received.filter(({ type }) => type === 'service.stop').length, 3);
});

test('an inspector that comes late is told of actors when they are heard of', (t) => {
  const { inspect, messages } = recorded();
  const machine = createMachine({ initial: 'off', states: { off: { on: { flip: 'on' } }, on: { on: { flip: 'off' } } } });
  const actor = createActor(machine).start();
  actor.send({ type: 'flip' });
  actor.system.inspect(inspect);
  actor.send({ type: 'flip' });
  t.deepEqual(
    seenSteps(receive(messages())).map(({ value }) => value),
    ['on', 'off'],
  );
});

/** How much is kept. */
const sizeOf = ({ kept }: Recorder) =>
  [...kept].reduce((sum, { messages, happenings }) => sum + messages.length + happenings.length, 0);

test('of more than is to be kept, jobs that have ended are forgotten first, the oldest first', async (t) => {
  const { recorder, inspect, messages } = recorded(100);
  createActor(createMachine({ id: 'endless', on: { tick: {} } }), { inspect }).start();
  for (let number = 0; number < 30; number += 1) {
    await run([{ name: `task${number}`, run: () => {} }], { inspect });
    t.true(sizeOf(recorder) <= 100);
  }
  const names = receive(messages()).flatMap((event) => (event.type === 'service.register' ? [event.machine.id, event.id] : []));
  t.true(names.includes('endless'));
  t.true(names.includes('task29'));
  t.false(names.includes('task0'));
});

for (const isWatched of [false, true]) {
  test(`of systems that go on, how each actor stands is never forgotten, ${isWatched ? '' : 'not '}watched`, async (t) => {
    const { recorder, inspect, messages } = recorded(200);
    const flipping = createMachine({
      id: 'flipping',
      initial: 'off',
      states: { off: { on: { flip: 'on' } }, on: { on: { flip: 'off' } } },
    });
    const idle = createActor(flipping, { inspect, id: 'idle' }).start();
    idle.send({ type: 'flip' });
    const busy = createActor(flipping, { inspect, id: 'busy' }).start();
    const gate = new Promise<undefined>(() => {});
    const job = run(
      Array.from({ length: 20 }, (_, index) => ({ name: `t${index}`, run: () => (index === 0 ? gate : undefined) })),
      { inspect },
    );
    await settle();
    for (let times = 0; times < 2_001; times += 1) {
      busy.send({ type: 'flip' });
      if (isWatched && times % 50 === 0) messages();
      t.true(sizeOf(recorder) < 500, String(sizeOf(recorder)));
    }
    const last = new Map<string, unknown>();
    const ids = new Map<string, string>();
    for (const event of receive(messages())) {
      if (event.type === 'service.register') ids.set(event.sessionId, event.id);
      if (event.type === 'service.register' || event.type === 'service.state') {
        last.set(ids.get(event.sessionId) as string, event.state.value);
      }
    }
    t.is(last.get('idle'), 'on');
    t.is(last.get('busy'), 'on');
    t.deepEqual(last.get('t0'), { running: 'untimed' });
    for (let index = 1; index < 20; index += 1) t.is(last.get(`t${index}`), 'completed');
    job.cancel();
  });
}

test('actors that have stopped are forgotten too', async (t) => {
  const { recorder, inspect, messages } = recorded(200);
  const service = createActor(
    setup({ actors: { answer: fromPromise(async () => 1) } }).createMachine({
      on: { request: { actions: spawnChild('answer') } },
    }),
    { inspect },
  ).start();
  for (let times = 0; times < 500; times += 1) {
    service.send({ type: 'request' });
    await null;
    if (times % 10 === 0) messages();
  }
  t.true(sizeOf(recorder) <= 600);
});

test('an actor that fails at its start is reported', (t) => {
  const { inspect, messages } = recorded();
  const failing = createMachine({
    context: () => {
      throw new Error('no context');
    },
  });
  const actor = createActor(failing, { inspect, id: 'failing' });
  actor.subscribe({ error: () => {} });
  actor.start();
  t.like(seenSteps(receive(messages()))[0], { status: 'error' });
});

test('actors that never start, and events to those that have ended, are not kept', async (t) => {
  const { recorder, inspect } = recorded();
  const child = fromPromise(async () => 1);
  const service = createActor(createMachine({}), { inspect }).start();
  const options = { parent: service } as object;
  const ended = createActor(child, options).start();
  await null;
  await null;
  for (let times = 0; times < 100; times += 1) {
    createActor(child, options);
    (service.system as never as { _relay(...args: unknown[]): void })._relay(service, ended, { type: 'late' });
  }
  const [recording] = recorder.kept;
  t.true(recording!.actors.size <= 2, String(recording!.actors.size));
});

test('tasks whose names begin alike for long are told apart', async (t) => {
  const { inspect, messages } = recorded();
  const names = ['a', 'b'].map((end) => 'x'.repeat(1_500) + end);
  await run(
    names.map((name) => ({ name, run: () => {} })),
    { inspect },
  );
  const inputs = receive(messages()).flatMap((event) =>
    event.type === 'service.register'
      ? [(event.machine.config.meta as { inspector: { input: { task?: string } } }).inspector.input.task]
      : [],
  );
  t.deepEqual(inputs, [undefined, ...names]);
});

test('what a task returned is not kept from the garbage collector', async (t) => {
  const { recorder, inspect } = recorded();
  const output = { list: Array.from({ length: 1_000 }, (_, index) => index) };
  await run([{ name: 'give', run: () => output }], { inspect });
  const [{ happenings }] = recorder.kept as unknown as [
    { happenings: { length: number; at(index: number): { event: object } } },
  ];
  const kept = Array.from({ length: happenings.length }, (_, index) => happenings.at(index).event);
  t.true(kept.some((event) => 'output' in event && (event.output as typeof output).list.length === 51));
  t.false(kept.some((event) => 'output' in event && event.output === output));
});

test('what can’t be sent is omitted, and the rest is sent', (t) => {
  const { inspect, messages } = recorded();
  const own = (snapshot: object) => ({
    transition: (one: object) => one,
    getInitialSnapshot: () => snapshot,
    getPersistedSnapshot: (one: object) => one,
  });
  const cyclic: Record<string, unknown> = {};
  cyclic.cyclic = cyclic;
  const start = (logic: unknown, options: object = {}) => createActor(logic as AnyActorLogic, { inspect, ...options }).start();
  start(own({ status: 'active', value: 1n }), { id: 'bigint' });
  start(own({ status: 'active', value: null }), { id: 'null' });
  start(own({ status: 'active', value: cyclic }), { id: 'ring' });
  start(own({ status: 'active', tags: null }), { id: 'tagless' });
  start(createMachine({ initial: 'a', states: { a: {}, b: { entry: [undefined as never] } } }), { id: 'odd' });
  start(createMachine({}), {
    id: 'strict',
    input: new Proxy(
      {},
      {
        get: () => {
          throw new Error('no');
        },
      },
    ),
  });
  start(createMachine({}), { id: 'fine' });
  const names = receive(messages()).flatMap((event) => (event.type === 'service.register' ? [event.id] : []));
  t.true(
    ['bigint', 'ring', 'tagless', 'odd', 'fine'].every((name) => names.includes(name)),
    names.join(),
  );
});

test('viewers of a job are told where its tasks depend on each other', async (t) => {
  const { inspect, messages } = recorded();
  await run(
    [
      { name: 'ice', run: () => {} },
      { name: 'blend', dependencies: ['ice'], run: () => {} },
    ],
    { inspect, id: 'smoothie' },
  );
  const inputs = receive(messages()).flatMap((event) =>
    event.type === 'service.register'
      ? [
          [
            event.id,
            (event.machine.config.meta as { inspector: { input: { dependencies?: unknown } } }).inspector.input.dependencies,
          ],
        ]
      : [],
  );
  t.deepEqual(inputs, [
    ['smoothie', undefined],
    ['ice', []],
    ['blend', ['ice']],
  ]);
});
