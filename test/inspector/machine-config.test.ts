import test from 'ava';
import { jobMachine, taskMachine } from 'tintype/machines';
import { and, createMachine, fromPromise, not, or, setup, stateIn } from 'xstate';
import { configOf } from '../../inspector/src/bridge/machine-config.ts';

const configFor = (machine: { root: unknown }) => configOf(machine.root as never) as never as Config;

interface Config {
  readonly [key: string]: unknown;
  readonly states: Readonly<Record<string, Config>>;
}

test('the machine of a task is told with its guards, delays and actions', (t) => {
  const { states, id, initial } = configFor(taskMachine);
  t.is(id, 'task');
  t.is(initial, 'unscheduled');
  t.deepEqual(states.backingOff, {
    on: {
      'task.cancel': [{ target: ['#task.cancelled'], actions: ['announce'] }],
      'task.stop': [{ target: ['#task.cancelled'], actions: ['announce'] }],
    },
    after: { backoff: [{ target: ['#task.ready'], actions: ['announce'] }] },
  });
  const [first] = (states.running!.on as Record<string, Config[]>)['attempt.failed']!;
  t.is(first?.cond, 'isCurrentAttempt and hasRetriesLeft and hasBackoff');
});

test('the machine of a job is told with what it takes at once', (t) => {
  const { working } = configFor(jobMachine).states.running!.states.untimed!.states;
  t.deepEqual(
    (working!.always as Config[]).map(({ cond }) => cond),
    ['doneWithFailures', 'mayComplete', 'slotFree'],
  );
});

test('any machine is told: invoked actors, parallel and history states, tags and functions without a name', (t) => {
  const machine = setup({
    actors: { ask: fromPromise(async () => 1) },
    guards: { a: () => true, b: () => true },
  }).createMachine({
    id: 'all',
    type: 'parallel',
    on: { three: '.left' },
    states: {
      left: {
        initial: 'asking',
        states: {
          asking: {
            tags: 'busy',
            description: 'It asks',
            invoke: { src: 'ask', id: 'q', onDone: 'back', onError: { target: 'back' } },
          },
          back: { type: 'history', history: 'deep', target: 'asking' },
        },
      },
      right: {
        on: {
          one: { guard: or(['a', not('b')]), actions: () => {} },
          two: { guard: and([({ context }) => context !== null, stateIn('#all.left')]), target: '.', reenter: true },
        },
        meta: { note: 1n },
      },
    },
  });
  const { states, type, on } = configFor(machine);
  t.is(type, 'parallel');
  t.deepEqual(on, { three: [{ target: ['#all.left'], internal: true }] });
  t.like(states.left?.states.asking, { tags: ['busy'], description: 'It asks', invoke: [{ id: 'q', src: 'ask' }] });
  t.deepEqual(Object.keys(states.left?.states.asking?.on as object), ['xstate.done.actor.q', 'xstate.error.actor.q']);
  t.like(states.left?.states.back, { type: 'history', history: 'deep' });
  t.deepEqual(states.right?.meta, { note: '1n' });
  const right = states.right?.on as Record<string, Config[]>;
  t.is(right.one?.[0]?.cond, 'a or not b');
  t.regex(String(right.two?.[0]?.cond), / and /);
  t.is(right.two?.[0]?.internal, undefined);
});

test('a machine is told once, for all of its actors', (t) => {
  const machine = createMachine({ initial: 'on', states: { on: {} } });
  t.is(configFor(machine), configFor(machine));
});
