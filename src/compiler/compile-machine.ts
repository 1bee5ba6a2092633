import type {
  AnyActorScope,
  AnyEventObject,
  AnyMachineSnapshot,
  AnyStateMachine,
  AnyStateNode,
  AnyTransitionDefinition,
  MachineContext,
} from 'xstate';
import { isQuiet } from './actor-internals.ts';
import { type EmitHook, refuseToSpawn, type StepArgs } from './compiled-action.ts';
import { type Entry, type Row, StateTable } from './state-table.ts';

const NO_ENTRIES: readonly Entry[] = [];
const NO_TRANSITIONS: readonly AnyTransitionDefinition[] = [];

/**
 * Gives the same machine with another interpreter: it looks up in a table, made once, what XState finds out at each step. What comes of
 * a step is the same: snapshot, actions, emitted events and inspection events, in the same order.
 * @throws {NotCompilableError} when there is something in the machine that the table does not know
 */
export function compileMachine<Machine extends AnyStateMachine>(machine: Machine, onEmit?: EmitHook): Machine {
  const { rows, initial } = new StateTable(machine, onEmit);
  const { context: createContext } = machine.config;

  function transition(before: AnyMachineSnapshot, event: AnyEventObject, scope: AnyActorScope): AnyMachineSnapshot {
    const row = before.status === 'active' ? rows.get(before._nodes[before._nodes.length - 1] as AnyStateNode) : undefined;
    const entries = row?.on.get(event.type);
    if (row === undefined || (entries === undefined && event.type.startsWith('xstate.'))) {
      // It has ended, is to be stopped, or a child of it has failed.
      return machine.transition(before, event, scope);
    }
    const { self, system } = scope;
    const args: StepArgs = { context: before.context, event, self, system, spawn: refuseToSpawn };
    const quietly = isQuiet(scope);
    const entry = firstThatHolds(entries ?? NO_ENTRIES, args);
    const after = entry === undefined ? before : take(entry, before, args, scope, quietly);
    if (!quietly) {
      tellMicrostep(after, entry, args, scope);
    }
    return settle(after, entry?.target ?? row, args, scope, quietly);
  }

  function getInitialSnapshot(scope: AnyActorScope, input: unknown): AnyMachineSnapshot {
    const { self, system } = scope;
    const context: MachineContext =
      typeof createContext === 'function' ? { ...createContext({ input, self, spawn: refuseToSpawn }) } : (createContext ?? {});
    const args: StepArgs = { context, event: { type: 'xstate.init', input }, self, system, spawn: refuseToSpawn };
    // The actor has not started: it does what is wanted when it starts.
    const entered = take(initial, initial.target.snapshot, args, scope, false);
    return settle(entered, initial.target, args, scope, false);
  }

  return Object.assign(Object.create(machine), { transition, getInitialSnapshot });
}

/** Takes transitions that wait for no event, until there is none. */
function settle(
  start: AnyMachineSnapshot,
  row: Row,
  args: StepArgs,
  scope: AnyActorScope,
  quietly: boolean,
): AnyMachineSnapshot {
  let snapshot = start;
  let { always } = row;
  while (always.length > 0) {
    const entry = firstThatHolds(always, args);
    if (entry === undefined) {
      break;
    }
    const before = snapshot;
    snapshot = take(entry, before, args, scope, quietly);
    if (!quietly) {
      tellMicrostep(snapshot, entry, args, scope);
    }
    always = snapshot === before ? NO_ENTRIES : entry.target.always;
  }
  return snapshot;
}

function firstThatHolds(entries: readonly Entry[], { context, event }: StepArgs): Entry | undefined {
  for (const entry of entries) {
    if (entry.guard === undefined || entry.guard(context, event)) {
      return entry;
    }
  }
  return undefined;
}

function take(
  entry: Entry,
  before: AnyMachineSnapshot,
  args: StepArgs,
  scope: AnyActorScope,
  quietly: boolean,
): AnyMachineSnapshot {
  for (const action of entry.actions) {
    action(args, scope, before, quietly);
  }
  const { context } = args;
  const { snapshot } = entry.target;
  return snapshot._nodes === before._nodes && context === before.context
    ? before
    : snapshotOf(snapshot, context, before.children);
}

/** All is the same in each snapshot of a state, but for the context and the children. */
function snapshotOf(same: AnyMachineSnapshot, context: MachineContext, children: AnyMachineSnapshot['children']) {
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

function tellMicrostep(
  snapshot: AnyMachineSnapshot,
  entry: Entry | undefined,
  { self, event }: StepArgs,
  scope: AnyActorScope,
): void {
  const system = scope.system as unknown as { _sendInspectionEvent(event: object): void };
  const _transitions = entry?.transitions ?? NO_TRANSITIONS;
  system._sendInspectionEvent({ type: '@xstate.microstep', actorRef: self, event, snapshot, _transitions });
}
