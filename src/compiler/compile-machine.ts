import type { AnyActorScope, AnyEventObject, AnyMachineSnapshot, AnyStateMachine, MachineContext } from 'xstate';
import { type Entry, firstAllowed } from './machine-table.ts';
import { type EmitHook, refuseToSpawn, SnapshotStep } from './snapshot-step.ts';
import { SnapshotTable } from './snapshot-table.ts';

const NO_ENTRIES: readonly Entry[] = [];

/**
 * Returns the machine of a table for XState's actors: it looks up in the table what XState works out in each step. The results of a
 * step are identical: snapshot, actions, emitted events and inspection events, in the same order.
 * @param onEmit called with each emitted event before the actor's listeners
 */
export function machineOf<Machine extends AnyStateMachine>(table: SnapshotTable<Machine>, onEmit?: EmitHook): Machine {
  const { actorMachine: machine } = table;
  const { context: createContext } = machine.config;

  function transition(snapshot: AnyMachineSnapshot, event: AnyEventObject, scope: AnyActorScope): AnyMachineSnapshot {
    const state = table.stateOf(snapshot);
    const entries = state === undefined ? undefined : table.on(state, event.type);
    if (state === undefined || (entries === undefined && event.type.startsWith('xstate.'))) {
      // It has ended, is being stopped, or one of its children has failed.
      return machine.transition(snapshot, event, scope);
    }
    const step = new SnapshotStep(table, state, snapshot, event, scope, onEmit);
    let entry: Entry | undefined;
    try {
      entry = firstAllowed(entries ?? NO_ENTRIES, step);
    } catch {
      // XState reports which guard threw.
      return machine.transition(snapshot, event, scope);
    }
    step.follow(entry);
    return step.settle();
  }

  function getInitialSnapshot(scope: AnyActorScope, input: unknown): AnyMachineSnapshot {
    try {
      return enterInitialState(scope, input);
    } catch {
      // XState turns this into an error.
      return machine.getInitialSnapshot(scope, input);
    }
  }

  function enterInitialState(scope: AnyActorScope, input: unknown): AnyMachineSnapshot {
    const { self } = scope;
    const context: MachineContext =
      typeof createContext === 'function' ? { ...createContext({ input, self, spawn: refuseToSpawn }) } : (createContext ?? {});
    const { initial } = table;
    const entered = table.snapshotOf(initial.target, context);
    const step = new SnapshotStep(table, initial.target, entered, { type: 'xstate.init', input }, scope, onEmit);
    step.take(initial);
    return step.settle();
  }

  return Object.assign(Object.create(machine), { transition, getInitialSnapshot });
}

/**
 * `machineOf` the table of a machine.
 * @throws {NotCompilableError} if the machine contains something a table does not support
 */
export function compileMachine<Machine extends AnyStateMachine>(machine: Machine, onEmit?: EmitHook): Machine {
  const table = new SnapshotTable(machine);
  table.compileAll();
  return machineOf(table, onEmit);
}
