import test from 'ava';
import {
  type AnyActorRef,
  assign,
  createActor,
  emit,
  type InspectionEvent,
  type Subscription,
  sendParent,
  setup,
} from 'xstate';
import { tellInspectors } from '../../src/compiler/actor-internals.ts';

type Inspect = (event: InspectionEvent) => void;

const child = setup({}).createMachine({ id: 'child', on: { ping: { actions: sendParent({ type: 'pong' }) } } });

/** With it, there are all types of inspection events. */
const machine = setup({ actions: { named: () => {} } }).createMachine({
  id: 'root',
  context: { count: 0 },
  on: {
    step: { actions: [assign({ count: ({ context }) => context.count + 1 }), emit({ type: 'stepped' }), 'named'] },
    pong: { actions: 'named' },
  },
});

type AddInspectors = (root: AnyActorRef, first: Inspect) => (inspect: Inspect) => Subscription;

const byXState: AddInspectors =
  ({ system }) =>
  (inspect) =>
    system.inspect(inspect);

/** What inspectors are told that come and go while they are told. */
function toldBy(addInspectors: AddInspectors): string[] {
  const told: { readonly who: string; readonly event: InspectionEvent }[] = [];
  const noteAs = (who: string) => (event: InspectionEvent) => void told.push({ who, event });
  const first = noteAs('first');
  const root = createActor(machine, { id: 'root', inspect: first });
  const add = addInspectors(root, first);
  const leaving = add((event) => {
    noteAs('leaving')(event);
    if (event.type === '@xstate.action') {
      leaving.unsubscribe();
      gone.unsubscribe();
      add(noteAs('late'));
    }
  });
  const gone = add(noteAs('gone'));
  root.start();
  const actor = createActor(child, { id: 'child', parent: root }).start();
  root.send({ type: 'step' });
  actor.send({ type: 'ping' });
  // The ids of sessions differ.
  return told.map(({ who, event }) => `${who} ${JSON.stringify(event).replaceAll(root.sessionId, 'of the root')}`);
}

test('inspectors are told what XState would tell them, in the same order, also where they come and go', (t) => {
  const told = toldBy(tellInspectors);
  t.deepEqual(told, toldBy(byXState));
  const types = new Set(told.map((line) => JSON.parse(line.slice(line.indexOf('{'))).type));
  t.deepEqual([...types].sort(), ['@xstate.action', '@xstate.actor', '@xstate.event', '@xstate.microstep', '@xstate.snapshot']);
  t.true(told.some((line) => line.startsWith('late')));
});
