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

/**
 * What a machine does in each state for each event, compiled when it first occurs. Its states, the atomic ones, and its events are numbered.
 */
export class MachineTable<Machine extends AnyStateMachine = AnyStateMachine> {
  readonly machine: Machine;
  readonly #nodes: readonly AnyStateNode[];
  readonly #leaves: readonly AnyStateNode[];
  readonly #numbers: ReadonlyMap<AnyStateNode, number>;
  readonly #events: ReadonlyMap<string, number>;
  /** The transitions for each event of each state; the first whose guard passes is taken. */
  readonly #on: (readonly Entry[] | undefined)[];
  readonly #always: (readonly Entry[] | undefined)[];
  readonly #isFinal: readonly boolean[];
  readonly #snapshots: AnyMachineSnapshot[] = [];
  #initial: Entry | undefined;

  constructor(machine: Machine) {
    const nodes = withChildren(machine.root);
    const leaves = nodes.filter((node) => leafOf(node) === node);
    this.machine = machine;
    this.#nodes = nodes;
    this.#leaves = leaves;
    this.#numbers = new Map(leaves.map((leaf, number) => [leaf, number]));
    this.#events = new Map(
      [...new Set(nodes.flatMap((node) => [...node.transitions.keys()]))].map((type, number) => [type, number]),
    );
    this.#on = Array.from({ length: leaves.length * this.#events.size });
    this.#always = Array.from({ length: leaves.length });
    this.#isFinal = leaves.map(({ type }) => type === 'final');
  }

  /** @throws {NotCompilableError} if the machine contains something a table does not support */
  compileAll(): void {
    refuseUnknownParts(this.machine, this.#nodes);
    this.#initial = this.#makeInitial();
    for (const state of this.#leaves.keys()) {
      for (const type of this.#events.keys()) {
        this.on(state, type);
      }
      this.always(state);
    }
  }

  /** Enters the initial state. */
  get initial(): Entry {
    this.#initial ??= this.#makeInitial();
    return this.#initial;
  }

  /** The number of the state of a snapshot; undefined if it has ended. */
  stateOf({ status, _nodes }: AnyMachineSnapshot): number | undefined {
    return status === 'active' ? this.#numbers.get(_nodes[_nodes.length - 1] as AnyStateNode) : undefined;
  }

  /** The transitions of an event; undefined if the state ignores it. */
  on(state: number, type: string): readonly Entry[] | undefined {
    const event = this.#events.get(type);
    if (event === undefined) {
      return undefined;
    }
    const place = state * this.#events.size + event;
    let entries = this.#on[place];
    if (entries === undefined) {
      entries = this.#entries(state, (node) => node.transitions.get(type));
      this.#on[place] = entries;
    }
    return entries.length === 0 ? undefined : entries;
  }

  always(state: number): readonly Entry[] {
    let entries = this.#always[state];
    if (entries === undefined) {
      entries = this.#entries(state, (node) => node.always);
      this.#always[state] = entries;
    }
    return entries;
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

  /** The innermost state has priority. */
  #entries(state: number, transitionsOf: (node: AnyStateNode) => AnyTransitionDefinition[] | undefined): Entry[] {
    const leaf = this.#leaves[state] as AnyStateNode;
    const transitions = ancestorsOf(leaf)
      .reverse()
      .flatMap((node) => transitionsOf(node) ?? []);
    return transitions.map((transition) => this.#entry(leaf, transition));
  }

  #makeInitial(): Entry {
    const leaf = leafOf(this.machine.root);
    return {
      transitions: [],
      guard: undefined,
      target: this.#numbers.get(leaf) as number,
      actions: this.#enter(ancestorsOf(leaf)),
    };
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
