import fc from 'fast-check';
import { type AnyStateMachine, createMachine } from 'xstate';
import { NASTY_TEXTS } from '../helpers/nasty-texts.ts';

interface Node {
  readonly kind: 'atomic' | 'final' | 'compound' | 'parallel';
  readonly keys: readonly string[];
  readonly children: readonly Node[];
  readonly history: boolean;
  /** The numbers of the states that the transitions lead to; -1 for a transition that stays. */
  readonly targets: readonly number[];
  readonly invokes: boolean;
}

const KEYS = ['a', 'b', 'm', 'root', 'state', ...NASTY_TEXTS.filter((text) => text !== '__proto__')];
const EVENTS = ['go', '*', 'a.*', 'x: "y"', '%%{init}%%', 'direction LR'];

const arbitraryNode = (kinds: readonly Node['kind'][], children: fc.Arbitrary<readonly Node[]>): fc.Arbitrary<Node> =>
  fc.record({
    kind: fc.constantFrom(...kinds),
    keys: fc.uniqueArray(fc.constantFrom(...KEYS), { minLength: 3, maxLength: 3 }),
    children,
    history: fc.boolean(),
    targets: fc.array(fc.integer({ min: -1, max: 30 }), { maxLength: EVENTS.length }),
    invokes: fc.boolean(),
  });

const leaf = arbitraryNode(['atomic', 'atomic', 'final'], fc.constant([]));
const groupOf = (child: fc.Arbitrary<Node>) =>
  arbitraryNode(['compound', 'parallel'], fc.array(child, { minLength: 1, maxLength: 3 }));
const arbitraryRoot = groupOf(fc.oneof(leaf, groupOf(fc.oneof(leaf, groupOf(leaf)))));

/** A machine with the ids `i0`, `i1`, … of its states. */
function machineOf(root: Node, id: string): AnyStateMachine {
  let count = 0;
  const ids = new Map<Node, string>();
  const number = (node: Node): void => {
    ids.set(node, `i${count++}`);
    if (isGroup(node)) {
      node.children.forEach(number);
    }
  };
  root.children.forEach(number);
  const config = (node: Node): object => {
    const transitions = node.targets.map((target) => (target === -1 ? {} : { target: `#i${target % count}`, reenter: true }));
    const [first = {}, second = {}] = transitions;
    const keys = node.keys.slice(0, node.children.length);
    return {
      ...(ids.has(node) ? { id: ids.get(node) } : { id }),
      ...(node.kind === 'final' ? { type: 'final' } : {}),
      ...(node.kind === 'final' || transitions.length === 0
        ? {}
        : {
            on: Object.fromEntries(
              transitions.map((transition, index) => [EVENTS[index], [{ ...transition, guard: 'ok' }, first]]),
            ),
            after: { 500: second },
            always: { ...second, guard: () => false },
          }),
      ...(node.kind !== 'final' && node.invokes ? { invoke: { src: 'load "x"\ny', onDone: first, onError: second } } : {}),
      ...(isGroup(node)
        ? {
            ...(node.kind === 'parallel' ? { type: 'parallel' } : { initial: keys[0] }),
            states: {
              ...Object.fromEntries(keys.map((key, index) => [key, config(node.children[index] as Node)])),
              ...(node.history ? { past: { type: 'history', history: 'deep' } } : {}),
            },
          }
        : {}),
    };
  };
  return createMachine(config(root) as never);
}

const isGroup = ({ kind }: Node) => kind === 'compound' || kind === 'parallel';

/** Machines of all kinds of states, with keys that mean something to Mermaid. */
export const arbitraryMachine: fc.Arbitrary<AnyStateMachine> = fc
  .tuple(arbitraryRoot, fc.constantFrom('m', 'a', 'root', 'x y'))
  .map(([root, id]) => Object.assign(machineOf(root, id), { [fc.toStringMethod]: () => JSON.stringify(root) }));

/** The keys of all states of a machine, as its diagram shows them. */
export function keysOf({ root }: AnyStateMachine): string[] {
  const keysIn = (node: AnyStateMachine['root']): string[] =>
    Object.values(node.states).flatMap((child) => [
      child.type === 'history' ? `${child.key} (history)` : child.key,
      ...keysIn(child as never),
    ]);
  return keysIn(root);
}
