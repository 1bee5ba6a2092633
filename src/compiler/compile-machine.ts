import type { AnyActorScope, AnyEventObject, AnyMachineSnapshot, AnyStateMachine, AnyStateNode, MachineContext } from 'xstate';
import { isQuiet } from './actor-internals.ts';
import type { EmitHook } from './compiled-action.ts';
import { type Entry, StateTable } from './state-table.ts';
import { refuseToSpawn, Step, snapshotOf } from './step.ts';

const NO_ENTRIES: readonly Entry[] = [];

/**
 * Returns the same machine with another interpreter: it looks up in a table, built once, what XState works out in each step.
 * The results of a step are identical: snapshot, actions, emitted events and inspection events, in the same order.
 * @param onEmit called with each emitted event before the actor's listeners
 * @throws {NotCompilableError} if the machine contains something the table does not support
 */
export function compileMachine<Machine extends AnyStateMachine>(machine: Machine, onEmit?: EmitHook): Machine {
  const { rows, initial } = new StateTable(machine, onEmit);
  const { context: createContext } = machine.config;

  function transition(snapshot: AnyMachineSnapshot, event: AnyEventObject, scope: AnyActorScope): AnyMachineSnapshot {
    const row =
      snapshot.status === 'active' ? rows.get(snapshot._nodes[snapshot._nodes.length - 1] as AnyStateNode) : undefined;
    const entries = row?.on.get(event.type);
    if (row === undefined || (entries === undefined && event.type.startsWith('xstate.'))) {
      // It has ended, is being stopped, or one of its children has failed.
      return machine.transition(snapshot, event, scope);
    }
    const step = new Step(row, snapshot, event, scope, isQuiet(scope));
    let entry: Entry | undefined;
    try {
      entry = step.find(entries ?? NO_ENTRIES);
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
    const { target } = initial;
    // The actor has not started, so it defers its effects.
    const entered = snapshotOf(target.snapshot, context, target.snapshot.children);
    const step = new Step(target, entered, { type: 'xstate.init', input }, scope, false);
    step.take(initial);
    return step.settle();
  }

  return Object.assign(Object.create(machine), { transition, getInitialSnapshot });
}
