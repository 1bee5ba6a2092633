import type { AnyMachineSnapshot, AnyStateMachine, AnyStateNode, AnyTransitionDefinition, MachineContext } from 'xstate';
import { type CompiledAction, compileAction } from './compiled-action.ts';
import { type CompiledGuard, compileGuard, type GuardArgs } from './compiled-guard.ts';
import { refuseUnknownParts } from './refuse-unknown-parts.ts';
import { ancestorsOf, domainOf, leafOf, withChildren } from './state-tree.ts';

/** A transition, compiled for one state. */
export interface Entry {
  /** A single transition, in the form XState's inspection events use. */
  readonly transitions: readonly AnyTransitionDefinition[];
  readonly guard: CompiledGuard | undefined;
  readonly actions: readonly CompiledAction[];
  /** The number of the state it leads to. */
  readonly target: number;
}

/** What a machine does in each state for each event. Its states, the atomic ones, and its events are numbered. */
export class MachineTable<Machine extends AnyStateMachine = AnyStateMachine> {
  readonly machine: Machine;
  /** Enters the initial state. */
  readonly initial: Entry;
  readonly #leaves: readonly AnyStateNode[];
  readonly #numbers: ReadonlyMap<AnyStateNode, number>;
  readonly #events: ReadonlyMap<string, number>;
  /** The transitions for each event of each state; the first whose guard passes is taken. */
  readonly #on: (readonly Entry[] | undefined)[];
  readonly #always: readonly (readonly Entry[])[];
  readonly #isFinal: readonly boolean[];
  readonly #snapshots: AnyMachineSnapshot[] = [];

  /** @throws {NotCompilableError} if the machine contains something a table does not support */
  constructor(machine: Machine) {
    const { root } = machine;
    const nodes = withChildren(root);
    this.machine = machine;
    refuseUnknownParts(machine, nodes);
    this.#leaves = nodes.filter((node) => leafOf(node) === node);
    this.#numbers = new Map(this.#leaves.map((leaf, number) => [leaf, number]));
    this.#events = new Map(
      [...new Set(nodes.flatMap((node) => [...node.transitions.keys()]))].map((type, number) => [type, number]),
    );
    const around = this.#leaves.map((leaf) => ancestorsOf(leaf).reverse());
    this.#on = this.#leaves.flatMap((leaf, number) =>
      [...this.#events.keys()].map((type) => {
        // The innermost state has priority.
        const transitions = (around[number] as AnyStateNode[]).flatMap((node) => node.transitions.get(type) ?? []);
        return transitions.length === 0 ? undefined : transitions.map((one) => this.#entry(leaf, one));
      }),
    );
    this.#always = this.#leaves.map((leaf, number) =>
      (around[number] as AnyStateNode[]).flatMap((node) => node.always ?? []).map((one) => this.#entry(leaf, one)),
    );
    this.#isFinal = this.#leaves.map(({ type }) => type === 'final');
    const leaf = leafOf(root);
    this.initial = {
      transitions: [],
      guard: undefined,
      target: this.#numbers.get(leaf) as number,
      actions: this.#enter(ancestorsOf(leaf)),
    };
  }

  /** The number of the state of a snapshot; undefined if it has ended. */
  stateOf({ status, _nodes }: AnyMachineSnapshot): number | undefined {
    return status === 'active' ? this.#numbers.get(_nodes[_nodes.length - 1] as AnyStateNode) : undefined;
  }

  /** The transitions of an event; undefined if the state ignores it. */
  on(state: number, type: string): readonly Entry[] | undefined {
    const event = this.#events.get(type);
    return event === undefined ? undefined : this.#on[state * this.#events.size + event];
  }

  always(state: number): readonly Entry[] {
    return this.#always[state] as readonly Entry[];
  }

  /** Whether the machine ends in a state. */
  isFinal(state: number): boolean {
    return this.#isFinal[state] as boolean;
  }

  /** A snapshot of a state. All snapshots of the state share its parts, except for context and children. */
  snapshotOf(state: number, context: MachineContext, children?: AnyMachineSnapshot['children']): AnyMachineSnapshot {
    this.#snapshots[state] ??= this.#makeSnapshot(this.#leaves[state] as AnyStateNode);
    return copyOf(this.#snapshots[state], context, children);
  }

  #entry(leaf: AnyStateNode, transition: AnyTransitionDefinition): Entry {
    const { source, guard, target: [target] = [], actions, reenter } = transition;
    const own = this.#compile(source, actions);
    const base = {
      transitions: [transition],
      guard: guard === undefined ? undefined : compileGuard(this.machine, source.id, guard),
    };
    if (target === undefined) {
      return { ...base, actions: own, target: this.#numbers.get(leaf) as number };
    }
    const domain = domainOf(source, target, reenter);
    const inside = (node: AnyStateNode) => ancestorsOf(node).slice(ancestorsOf(domain).length);
    const next = leafOf(target);
    const exits = inside(leaf)
      .reverse()
      .flatMap((node) => this.#compile(node, node.exit));
    const all = [...exits, ...own, ...this.#enter(inside(next))];
    return { ...base, actions: all, target: this.#numbers.get(next) as number };
  }

  /** The entry actions of states; entering a final state also runs the exit actions of everything that ends. */
  #enter(nodes: readonly AnyStateNode[]): CompiledAction[] {
    const last = nodes.at(-1);
    const left = last?.type === 'final' ? ancestorsOf(last).reverse() : [];
    return [
      ...nodes.flatMap((node) => this.#compile(node, node.entry)),
      ...left.flatMap((node) => this.#compile(node, node.exit)),
    ];
  }

  #compile(node: AnyStateNode, actions: readonly unknown[]): CompiledAction[] {
    return actions.map((action) => compileAction(this.machine, node.id, action));
  }

  #makeSnapshot(leaf: AnyStateNode): AnyMachineSnapshot {
    const value = leaf.path.reduceRight<unknown>((inner, key) => (inner === undefined ? key : { [key]: inner }), undefined);
    const snapshot = this.machine.resolveState({ value: value as never, context: {} });
    // XState exits an ending machine from the inside out.
    const nodes = snapshot.status === 'done' ? snapshot._nodes.toReversed() : snapshot._nodes;
    const shared = snapshot as AnyMachineSnapshot & { readonly historyValue: object };
    for (const part of [nodes, shared.value, shared.children, shared.historyValue]) {
      Object.freeze(part);
    }
    return { ...snapshot, _nodes: nodes };
  }
}

/**
 * Returns the first transition whose guard passes.
 * @throws whatever a guard throws
 */
export function firstAllowed(entries: readonly Entry[], args: GuardArgs): Entry | undefined {
  for (const entry of entries) {
    if (entry.guard === undefined || entry.guard(args)) {
      return entry;
    }
  }
  return undefined;
}

function copyOf(
  same: AnyMachineSnapshot,
  context: MachineContext,
  children: AnyMachineSnapshot['children'] = same.children,
): AnyMachineSnapshot {
  return {
    status: same.status,
    output: same.output,
    error: same.error,
    machine: same.machine,
    context,
    _nodes: same._nodes,
    value: same.value,
    tags: same.tags,
    children,
    historyValue: same.historyValue,
    matches: same.matches,
    hasTag: same.hasTag,
    can: same.can,
    getMeta: same.getMeta,
    toJSON: same.toJSON,
  } as AnyMachineSnapshot;
}
