import type { AnyActorScope, AnyEventObject, AnyMachineSnapshot, AnyTransitionDefinition, MachineContext } from 'xstate';
import type { ActionStep } from './compiled-action.ts';
import type { Entry, Row } from './state-table.ts';

const NO_TRANSITIONS: readonly AnyTransitionDefinition[] = [];

export function refuseToSpawn(): never {
  throw new Error("A compiled machine can't spawn actors");
}

/** What one event causes: a transition, then the eventless transitions that follow. */
export class Step implements ActionStep {
  context: MachineContext;
  readonly event: AnyEventObject;
  readonly self: AnyActorScope['self'];
  readonly system: AnyActorScope['system'];
  readonly spawn = refuseToSpawn;
  readonly scope: AnyActorScope;
  snapshot: AnyMachineSnapshot;
  readonly isQuiet: boolean;
  #row: Row;

  constructor(row: Row, snapshot: AnyMachineSnapshot, event: AnyEventObject, scope: AnyActorScope, isQuiet: boolean) {
    this.context = snapshot.context;
    this.event = event;
    this.self = scope.self;
    this.system = scope.system;
    this.scope = scope;
    this.snapshot = snapshot;
    this.isQuiet = isQuiet;
    this.#row = row;
  }

  /**
   * Returns the first transition whose guard passes.
   * @throws whatever a guard throws
   */
  find(entries: readonly Entry[]): Entry | undefined {
    for (const entry of entries) {
      if (entry.guard === undefined || entry.guard(this)) {
        return entry;
      }
    }
    return undefined;
  }

  /** Takes a transition, if any, and notifies inspectors. */
  follow(entry: Entry | undefined): void {
    if (entry !== undefined) {
      this.take(entry);
    }
    this.#tell(entry);
  }

  take(entry: Entry): void {
    const { snapshot } = this;
    for (const action of entry.actions) {
      action(this);
    }
    if (entry.target !== this.#row || this.context !== snapshot.context) {
      this.snapshot = snapshotOf(entry.target.snapshot, this.context, snapshot.children);
      this.#row = entry.target;
    }
  }

  /** Takes eventless transitions until none applies, one changes nothing, or the machine has ended. */
  settle(): AnyMachineSnapshot {
    for (let before: AnyMachineSnapshot | undefined; before !== this.snapshot && this.snapshot.status === 'active'; ) {
      before = this.snapshot;
      const entry = this.find(this.#row.always);
      if (entry !== undefined) {
        this.follow(entry);
      }
    }
    return this.snapshot;
  }

  #tell(entry: Entry | undefined): void {
    if (!this.isQuiet) {
      const { self, event, snapshot } = this;
      const system = this.system as unknown as { _sendInspectionEvent(event: object): void };
      const _transitions = entry?.transitions ?? NO_TRANSITIONS;
      system._sendInspectionEvent({
        type: '@xstate.microstep',
        actorRef: self,
        event,
        snapshot,
        _transitions,
      });
    }
  }
}

/** All snapshots of a state differ only in the context and the children. */
export function snapshotOf(
  same: AnyMachineSnapshot,
  context: MachineContext,
  children: AnyMachineSnapshot['children'],
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
