import type { AnyMachineSnapshot, AnyStateMachine, AnyStateNode, MachineContext } from 'xstate';
import { MachineTable } from './machine-table.ts';
import { refuseUnknownParts } from './refuse-unknown-parts.ts';
import { withChildren } from './state-tree.ts';

/** The table of a machine of XState, with a snapshot for each state. */
export class SnapshotTable<Machine extends AnyStateMachine = AnyStateMachine> extends MachineTable {
  readonly actorMachine: Machine;
  readonly #snapshots: AnyMachineSnapshot[] = [];

  constructor(machine: Machine) {
    super(machine);
    this.actorMachine = machine;
  }

  override compileAll(): void {
    refuseUnknownParts(this.actorMachine, withChildren(this.machine.root) as AnyStateNode[]);
    super.compileAll();
  }

  /** The number of the state of a snapshot; undefined if it has ended. */
  stateOf({ status, _nodes }: AnyMachineSnapshot): number | undefined {
    return status === 'active' ? this.numberOf(_nodes[_nodes.length - 1] as AnyStateNode) : undefined;
  }

  /** A snapshot of a state. All snapshots of the state share its parts, except for context and children. */
  snapshotOf(state: number, context: MachineContext, children?: AnyMachineSnapshot['children']): AnyMachineSnapshot {
    this.#snapshots[state] ??= this.#makeSnapshot(this.leaves[state] as AnyStateNode);
    return copyOf(this.#snapshots[state], context, children);
  }

  #makeSnapshot(leaf: AnyStateNode): AnyMachineSnapshot {
    const value = leaf.path.reduceRight<unknown>((inner, key) => (inner === undefined ? key : { [key]: inner }), undefined);
    const snapshot = this.actorMachine.resolveState({ value: value as never, context: {} });
    // XState exits an ending machine from the inside out.
    const nodes = snapshot.status === 'done' ? snapshot._nodes.toReversed() : snapshot._nodes;
    const shared = snapshot as AnyMachineSnapshot & { readonly historyValue: object };
    for (const part of [nodes, shared.value, shared.children, shared.historyValue]) {
      Object.freeze(part);
    }
    return { ...snapshot, _nodes: nodes };
  }
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
