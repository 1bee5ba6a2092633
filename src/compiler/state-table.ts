import type { AnyMachineSnapshot, AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { ActionCompiler, type CompiledAction, type EmitHook } from './compiled-action.ts';
import { type CompiledGuard, compileGuard } from './compiled-guard.ts';
import { refuseUnknownParts } from './refuse-unknown-parts.ts';
import { ancestorsOf, domainOf, leafOf, withChildren } from './state-tree.ts';

/** A state the machine can be in: an atomic state and its ancestors. */
export interface Row {
  /** A snapshot of it with an empty context. All snapshots of the state share its parts. */
  readonly snapshot: AnyMachineSnapshot;
  /** The transitions for each event type; the first whose guard passes is taken. */
  readonly on: Map<string, readonly Entry[]>;
  always: readonly Entry[];
}

/** A transition, compiled for one state. */
export interface Entry {
  /** A single transition, in the form XState's inspection events use. */
  readonly transitions: readonly AnyTransitionDefinition[];
  readonly guard: CompiledGuard | undefined;
  readonly actions: readonly CompiledAction[];
  readonly target: Row;
}

/** What a machine does in each state for each event. */
export class StateTable {
  readonly rows = new Map<AnyStateNode, Row>();
  /** Enters the initial state. */
  readonly initial: Entry;
  readonly #machine: AnyStateMachine;
  readonly #actions: ActionCompiler;

  /** @throws {NotCompilableError} */
  constructor(machine: AnyStateMachine, onEmit?: EmitHook) {
    const { root } = machine;
    const nodes = withChildren(root);
    this.#machine = machine;
    this.#actions = new ActionCompiler(machine, onEmit);
    refuseUnknownParts(machine, nodes);
    const leaves = nodes.filter((node) => leafOf(node) === node);
    for (const leaf of leaves) {
      this.rows.set(leaf, { snapshot: this.#snapshotOf(leaf), on: new Map(), always: [] });
    }
    for (const leaf of leaves) {
      this.#fill(leaf);
    }
    const leaf = leafOf(root);
    this.initial = { transitions: [], guard: undefined, target: this.#row(leaf), actions: this.#enter(ancestorsOf(leaf)) };
  }

  #row(leaf: AnyStateNode): Row {
    return this.rows.get(leaf) as Row;
  }

  #fill(leaf: AnyStateNode): void {
    const row = this.#row(leaf);
    // The innermost state has priority.
    const around = ancestorsOf(leaf).reverse();
    const compiled = (transitions: readonly AnyTransitionDefinition[]) => transitions.map((one) => this.#entry(leaf, one));
    for (const type of new Set(around.flatMap((node) => [...node.transitions.keys()]))) {
      row.on.set(type, compiled(around.flatMap((node) => node.transitions.get(type) ?? [])));
    }
    row.always = compiled(around.flatMap((node) => node.always ?? []));
  }

  #entry(leaf: AnyStateNode, transition: AnyTransitionDefinition): Entry {
    const { source, guard, target: [target] = [], actions, reenter } = transition;
    const own = this.#compile(source, actions);
    const base = {
      transitions: [transition],
      guard: guard === undefined ? undefined : compileGuard(this.#machine, source.id, guard),
    };
    if (target === undefined) {
      return { ...base, actions: own, target: this.#row(leaf) };
    }
    const domain = domainOf(source, target, reenter);
    const inside = (node: AnyStateNode) => ancestorsOf(node).slice(ancestorsOf(domain).length);
    const next = leafOf(target);
    const exits = inside(leaf)
      .reverse()
      .flatMap((node) => this.#compile(node, node.exit));
    return { ...base, actions: [...exits, ...own, ...this.#enter(inside(next))], target: this.#row(next) };
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
    return actions.map((action) => this.#actions.compile(node.id, action));
  }

  #snapshotOf(leaf: AnyStateNode): AnyMachineSnapshot {
    const value = leaf.path.reduceRight<unknown>((inner, key) => (inner === undefined ? key : { [key]: inner }), undefined);
    const snapshot = this.#machine.resolveState({ value: value as never, context: {} });
    // XState exits an ending machine from the inside out.
    const nodes = snapshot.status === 'done' ? snapshot._nodes.toReversed() : snapshot._nodes;
    const shared = snapshot as AnyMachineSnapshot & { readonly historyValue: object };
    for (const part of [nodes, shared.value, shared.children, shared.historyValue]) {
      Object.freeze(part);
    }
    return { ...snapshot, _nodes: nodes };
  }
}
