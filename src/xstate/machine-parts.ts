import type { and, assign, emit, sendTo, setup } from 'xstate';

/** What machines are defined with: XState's functions, which make a machine, or those that only outline it. */
export interface MachineParts {
  readonly and: typeof and;
  readonly assign: typeof assign;
  readonly emit: typeof emit;
  readonly sendTo: typeof sendTo;
  readonly setup: typeof setup;
}

/** A machine as it is defined, without XState's object for each state and transition. */
export interface MachineOutline {
  readonly config: object;
  readonly implementations: Readonly<Record<'actions' | 'guards' | 'delays', Readonly<Record<string, unknown>>>>;
}

const OUTLINING = {
  and: (guards: unknown) => ({ type: 'xstate.and', guards }),
  assign: (assignment: unknown) => ({ type: 'xstate.assign', assignment }),
  emit: (event: unknown) => ({ type: 'xstate.emit', event }),
  sendTo: (to: unknown, event: unknown) => ({ type: 'xstate.sendTo', to, event }),
  setup: (implementations: object) => ({
    createMachine: (config: object) => ({ config, implementations }),
    createStateConfig: (config: object) => config,
  }),
};

/** Outlines a machine: the same definition, for tables, which need no XState. */
export const outline = (define: (parts: MachineParts) => unknown): MachineOutline =>
  define(OUTLINING as unknown as MachineParts) as MachineOutline;
