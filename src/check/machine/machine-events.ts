import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { onOneLine, shorten } from '../../values/describe-value.ts';
import type { ActorOutcomes, MachineEvent } from './machine-path-options.ts';
import { textOf } from './machine-state-key.ts';

type StateNode = AnyStateMachine['root'];

/** The events a state can produce by itself: ends of delays and of invoked actors. */
export const ownEvents = (snapshot: AnyMachineSnapshot, actors: Readonly<Record<string, ActorOutcomes>>): MachineEvent[] =>
  activeNodes(snapshot.machine.root, snapshot.value).flatMap((node) => [
    ...node.after.map(({ eventType }) => ({ type: eventType as string })),
    ...node.invoke.flatMap(({ id, src }) => {
      const { returns = [undefined], throws = [undefined] } = actors[id] ?? actors[String(src)] ?? {};
      return [
        ...returns.map((output) => ({ type: doneType(id), output, actorId: id })),
        ...throws.map((error) => ({ type: errorType(id), error, actorId: id })),
      ];
    }),
  ]);

const doneType = (id: string) => `xstate.done.actor.${id}`;
const errorType = (id: string) => `xstate.error.actor.${id}`;

/** An event sent to a machine in a state, in a few words: `pay {"amount":1}`, `ask returns "yes"` or `10 ms pass in waiting`. */
export function describeEvent({ machine, value }: AnyMachineSnapshot, event: MachineEvent): string {
  const { type, ...payload } = event as MachineEvent & { readonly output?: unknown; readonly error?: unknown };
  for (const node of activeNodes(machine.root, value)) {
    const delay = node.after.find(({ eventType }) => eventType === type)?.delay;
    if (delay !== undefined) {
      return `${typeof delay === 'number' ? `${delay} ms pass` : `${delay} ends`} in ${placeOf(node)}`;
    }
    const actor = node.invoke.find(({ id }) => [doneType(id), errorType(id)].includes(type));
    if (actor !== undefined) {
      const [verb, outcome] = type === doneType(actor.id) ? ['returns', payload.output] : ['throws', payload.error];
      return [nameOfActor(actor, node), verb, ...brief(outcome)].join(' ');
    }
  }
  return [onOneLine(type), ...(Object.keys(payload).length === 0 ? [] : brief(payload))].join(' ');
}

/** An actor without an id of its own is called by its logic; logic defined inline has no name either. */
function nameOfActor({ id, src }: StateNode['invoke'][number], node: StateNode): string {
  if (!id.endsWith(`.${node.id}`)) {
    return id;
  }
  return String(src).startsWith('xstate.invoke.') ? `the actor of ${placeOf(node)}` : String(src);
}

const placeOf = ({ path, machine }: StateNode) => (path.length === 0 ? machine.id : path.join('.'));

/** A value as a short text; undefined has none. */
function brief(value: unknown): string[] {
  if (value === undefined) {
    return [];
  }
  return [onOneLine(shorten(value instanceof Error ? `${value.name}: ${value.message}` : textOf(() => value, 'The event')))];
}

function activeNodes(node: StateNode, value: unknown): StateNode[] {
  const children = typeof value === 'string' ? [[value, undefined] as const] : Object.entries((value ?? {}) as object);
  return [node, ...children.flatMap(([key, inner]) => activeNodes(node.states[key] as StateNode, inner))];
}
