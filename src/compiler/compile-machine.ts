import type { AnyActorScope, AnyEventObject, AnyMachineSnapshot, AnyStateMachine, AnyStateNode, MachineContext } from 'xstate';
import { isQuiet } from './actor-internals.ts';
import type { EmitHook } from './compiled-action.ts';
import { type Entry, StateTable } from './state-table.ts';
import { refuseToSpawn, Step, snapshotOf } from './step.ts';

const NO_ENTRIES: readonly Entry[] = [];

/**
 * Gives the same machine with another interpreter: it looks up in a table, made once, what XState finds out at each step. What comes of
 * a step is the same: snapshot, actions, emitted events and inspection events, in the same order.
 * @param onEmit is called with each event that is emitted, before the listeners of the actor are
 * @throws {NotCompilableError} when there is something in the machine that the table does not know
 */
export function compileMachine<Machine extends AnyStateMachine>(machine: Machine, onEmit?: EmitHook): Machine {
  const { rows, initial } = new StateTable(machine, onEmit);
  const { context: createContext } = machine.config;

  function transition(snapshot: AnyMachineSnapshot, event: AnyEventObject, scope: AnyActorScope): AnyMachineSnapshot {
    const row =
      snapshot.status === 'active' ? rows.get(snapshot._nodes[snapshot._nodes.length - 1] as AnyStateNode) : undefined;
    const entries = row?.on.get(event.type);
    if (row === undefined || (entries === undefined && event.type.startsWith('xstate.'))) {
      // It has ended, is to be stopped, or a child of it has failed.
      return machine.transition(snapshot, event, scope);
    }
    const step = new Step(row, snapshot, event, scope, isQuiet(scope));
    let entry: Entry | undefined;
    try {
      entry = step.find(entries ?? NO_ENTRIES);
    } catch {
      // XState says which guard has thrown.
      return machine.transition(snapshot, event, scope);
    }
    step.follow(entry);
    return step.settle();
  }

  function getInitialSnapshot(scope: AnyActorScope, input: unknown): AnyMachineSnapshot {
    try {
      return enterInitialState(scope, input);
    } catch {
      // XState makes an error of it.
      return machine.getInitialSnapshot(scope, input);
    }
  }

  function enterInitialState(scope: AnyActorScope, input: unknown): AnyMachineSnapshot {
    const { self } = scope;
    const context: MachineContext =
      typeof createContext === 'function' ? { ...createContext({ input, self, spawn: refuseToSpawn }) } : (createContext ?? {});
    const { target } = initial;
    // The actor has not started, so that it does what is wanted later.
    const entered = snapshotOf(target.snapshot, context, target.snapshot.children);
    const step = new Step(target, entered, { type: 'xstate.init', input }, scope, false);
    step.take(initial);
    return step.settle();
  }

  return Object.assign(Object.create(machine), { transition, getInitialSnapshot });
}
