import type { MachineContext } from 'xstate';

/** What a table is made of: a machine of XState, or one outlined without it. */
export interface TableMachine {
  readonly id: string;
  readonly root: TableState;
  readonly config: { readonly context?: MachineContext | ((args: object) => MachineContext) };
  readonly implementations: Readonly<Record<'actions' | 'guards' | 'delays', Readonly<Record<string, unknown>>>>;
}

/** A state, as XState has it. */
export interface TableState {
  readonly id: string;
  readonly type: string;
  readonly parent?: TableState | undefined;
  readonly states: Readonly<Record<string, TableState>>;
  readonly initial: { readonly target: readonly TableState[] | undefined } | undefined;
  readonly entry: readonly unknown[];
  readonly exit: readonly unknown[];
  readonly always?: readonly TableTransition[] | undefined;
  /** By the type of the event. */
  readonly transitions: ReadonlyMap<string, readonly TableTransition[]>;
}

/** A transition, as XState has it. */
export interface TableTransition {
  readonly source: TableState;
  /** Without one, the machine stays in its state. */
  readonly target: readonly TableState[] | undefined;
  readonly guard?: unknown;
  readonly actions: readonly unknown[];
  readonly reenter: boolean;
}
