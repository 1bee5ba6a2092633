import type { AnyStateMachine } from 'xstate';

/** The actions that a machine can be provided with. */
export type ActionsOf<Machine extends AnyStateMachine> = NonNullable<Parameters<Machine['provide']>[0]['actions']>;

/** `machine.provide({ actions })` for a table, not for actors: it shares the states of the machine instead of building them again. */
export function withActions<Machine extends AnyStateMachine>(machine: Machine, actions: ActionsOf<Machine>): Machine {
  const { implementations } = machine;
  const provided = { ...implementations, actions: { ...implementations.actions, ...actions } };
  return Object.assign(Object.create(machine), { implementations: provided });
}
