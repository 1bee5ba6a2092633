import { type CompiledAction, compileAction } from './compiled-action.ts';
import { type CompiledGuard, compileGuard, type GuardArgs } from './compiled-guard.ts';
import { ancestorsOf, domainOf, leafOf, withChildren } from './state-tree.ts';
import type { TableMachine, TableState, TableTransition } from './table-machine.ts';

/** A transition, compiled for one state. */
export interface Entry {
  /** A single transition, in the form XState's inspection events use. */
  readonly transitions: readonly TableTransition[];
  readonly guard: CompiledGuard | undefined;
  readonly actions: readonly CompiledAction[];
  /** The number of the state it leads to. */
  readonly target: number;
}

/** The number of an event that no state handles. */
const UNKNOWN = -1;

/**
 * What a machine does in each state for each event, compiled when it first occurs. Its states, the atomic ones, and its events are numbered.
 */
export class MachineTable {
  readonly machine: TableMachine;
  /** The states, by their numbers. */
  readonly leaves: readonly TableState[];
  readonly #numbers: ReadonlyMap<TableState, number>;
  readonly #nodes: readonly TableState[];
  /** Numbered when they first occur. */
  readonly #events = new Map<string, number>();
  /** The transitions for each event of each state; the first whose guard passes is taken. */
  readonly #on: (readonly Entry[] | undefined)[] = [];
  readonly #always: (readonly Entry[] | undefined)[];
  readonly #isFinal: readonly boolean[];
  #initial: Entry | undefined;

  constructor(machine: TableMachine) {
    const nodes = withChildren(machine.root);
    const leaves = nodes.filter((node) => leafOf(node) === node);
    this.machine = machine;
    this.#nodes = nodes;
    this.leaves = leaves;
    this.#numbers = new Map(leaves.map((leaf, number) => [leaf, number]));
    this.#always = Array.from({ length: leaves.length });
    this.#isFinal = leaves.map(({ type }) => type === 'final');
  }

  /** @throws {NotCompilableError} if the machine contains something a table does not support */
  compileAll(): void {
    this.#initial = this.#makeInitial();
    const types = new Set(this.#nodes.flatMap((node) => [...node.transitions.keys()]));
    for (const state of this.leaves.keys()) {
      for (const type of types) {
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

  /** The number of a state. */
  numberOf(leaf: TableState): number | undefined {
    return this.#numbers.get(leaf);
  }

  /** The transitions of an event; undefined if the state ignores it. */
  on(state: number, type: string): readonly Entry[] | undefined {
    const event = this.#events.get(type) ?? this.#number(type);
    if (event === UNKNOWN) {
      return undefined;
    }
    const place = event * this.leaves.length + state;
    let entries = this.#on[place];
    if (entries === undefined) {
      entries = this.#entries(state, (node) => node.transitions.get(type));
      this.#on[place] = entries;
    }
    return entries.length === 0 ? undefined : entries;
  }

  #number(type: string): number {
    if (!this.#nodes.some((node) => node.transitions.has(type))) {
      return UNKNOWN;
    }
    const event = this.#events.size;
    this.#events.set(type, event);
    this.#on.push(...this.leaves.map(() => undefined));
    return event;
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

  /** The innermost state has priority. */
  #entries(state: number, transitionsOf: (node: TableState) => readonly TableTransition[] | undefined): Entry[] {
    const leaf = this.leaves[state] as TableState;
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

  #entry(leaf: TableState, transition: TableTransition): Entry {
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
    const inside = (node: TableState) => ancestorsOf(node).slice(ancestorsOf(domain).length);
    const next = leafOf(target);
    const exits = inside(leaf)
      .reverse()
      .flatMap((node) => this.#compile(node, node.exit));
    const all = [...exits, ...own, ...this.#enter(inside(next))];
    return { ...base, actions: all, target: this.#numbers.get(next) as number };
  }

  /** The entry actions of states; entering a final state also runs the exit actions of everything that ends. */
  #enter(nodes: readonly TableState[]): CompiledAction[] {
    const last = nodes.at(-1);
    const left = last?.type === 'final' ? ancestorsOf(last).reverse() : [];
    return [
      ...nodes.flatMap((node) => this.#compile(node, node.entry)),
      ...left.flatMap((node) => this.#compile(node, node.exit)),
    ];
  }

  #compile(node: TableState, actions: readonly unknown[]): CompiledAction[] {
    return actions.map((action) => compileAction(this.machine, node.id, action));
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
