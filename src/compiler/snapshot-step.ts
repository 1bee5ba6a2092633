import type { AnyActorScope, AnyEventObject, AnyMachineSnapshot, MachineContext } from 'xstate';
import type { ActionStep, BuiltIn, Evaluate } from './compiled-action.ts';
import { type Entry, firstAllowed } from './machine-table.ts';
import type { SnapshotTable } from './snapshot-table.ts';
import type { TableTransition } from './table-machine.ts';

const NO_TRANSITIONS: readonly TableTransition[] = [];

/** Called with each emitted event before the actor's listeners. */
export type EmitHook = (event: AnyEventObject, system: object) => void;

export function refuseToSpawn(): never {
  throw new Error("A compiled machine can't spawn actors");
}

/** Where XState would put an event raised without a delay. */
const NO_QUEUE = {
  internalQueue: {
    push({ type }: AnyEventObject) {
      throw new Error(`A compiled machine can't raise events without a delay: \`${type}\``);
    },
  },
};

/** What one event causes in an XState actor: a transition, then the eventless transitions that follow. */
export class SnapshotStep implements ActionStep {
  context: MachineContext;
  readonly event: AnyEventObject;
  readonly self: AnyActorScope['self'];
  readonly system: AnyActorScope['system'];
  readonly spawn = refuseToSpawn;
  readonly #table: SnapshotTable;
  readonly #scope: AnyActorScope;
  readonly #onEmit: EmitHook | undefined;
  #state: number;
  /** The state the machine is about to leave. */
  #snapshot: AnyMachineSnapshot;

  constructor(
    table: SnapshotTable,
    state: number,
    snapshot: AnyMachineSnapshot,
    event: AnyEventObject,
    scope: AnyActorScope,
    onEmit: EmitHook | undefined,
  ) {
    this.#table = table;
    this.#state = state;
    this.#snapshot = snapshot;
    this.context = snapshot.context;
    this.event = event;
    this.self = scope.self;
    this.system = scope.system;
    this.#scope = scope;
    this.#onEmit = onEmit;
  }

  /** Takes a transition, if any, and notifies inspectors. */
  follow(entry: Entry | undefined): void {
    if (entry !== undefined) {
      this.take(entry);
    }
    const { self, event } = this;
    const system = this.system as unknown as { _sendInspectionEvent(event: object): void };
    const _transitions = entry?.transitions ?? NO_TRANSITIONS;
    system._sendInspectionEvent({ type: '@xstate.microstep', actorRef: self, event, snapshot: this.#snapshot, _transitions });
  }

  take({ actions, target }: Entry): void {
    const { context, children } = this.#snapshot;
    for (const action of actions) {
      action(this);
    }
    if (target !== this.#state || this.context !== context) {
      this.#snapshot = this.#table.snapshotOf(target, this.context, children);
      this.#state = target;
    }
  }

  /** Takes eventless transitions until none applies, one changes nothing, or the machine has ended. */
  settle(): AnyMachineSnapshot {
    for (let before: AnyMachineSnapshot | undefined; before !== this.#snapshot && this.#snapshot.status === 'active'; ) {
      before = this.#snapshot;
      const entry = firstAllowed(this.#table.always(this.#state), this);
      if (entry !== undefined) {
        this.follow(entry);
      }
    }
    return this.#snapshot;
  }

  set(key: string, value: unknown): void {
    this.context = { ...this.context, [key]: value };
  }

  perform(type: string, implementation: Evaluate | undefined, params: unknown): void {
    this.#execute(type, params, implementation);
  }

  emit(event: AnyEventObject): void {
    const scope = this.#scope;
    const emit = () => {
      this.#onEmit?.(event, scope.system);
      scope.emit(event);
    };
    this.#execute('xstate.emit', { event }, () => scope.defer(emit));
  }

  defer(action: BuiltIn, params: unknown): void {
    const [, resolved] = action.resolve(this.#scope, this.#snapshot, this, params, action, NO_QUEUE);
    this.#execute(action.type, resolved, () => action.execute(this.#scope, resolved));
  }

  /** Makes the actor perform an action and notifies inspectors. */
  #execute(type: string, params: unknown, exec: unknown): void {
    const { context, event, self, system } = this;
    this.#scope.actionExecutor({ type, info: { context, event, self, system }, params, exec } as never);
  }
}
