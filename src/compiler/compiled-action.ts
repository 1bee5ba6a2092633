import type { AnyActorRef, AnyActorScope, AnyEventObject, MachineContext } from 'xstate';
import { NotCompilableError } from './not-compilable-error.ts';
import type { TableMachine } from './table-machine.ts';

/** The step that actions run in, and their arguments. A host implements how it takes effect. */
export interface ActionStep {
  /** Each `assign` changes it for later actions. */
  readonly context: MachineContext;
  readonly event: AnyEventObject;
  readonly self: AnyActorRef;
  readonly system: AnyActorScope['system'];
  /** An `assign` may spawn actors, but not in a compiled machine. */
  readonly spawn: () => never;
  set(key: string, value: unknown): void;
  /** Performs a named action at once. */
  perform(type: string, implementation: Evaluate | undefined, params: unknown): void;
  /** Emits an event after the step. */
  emit(event: AnyEventObject): void;
  /** Performs an action of XState after the step. It leaves the snapshot unchanged. */
  defer(action: BuiltIn, params: unknown): void;
}

/** Performs an action, or makes the host perform it after the step. */
export type CompiledAction = (step: ActionStep) => void;

export type Evaluate = (args: object, params: unknown) => unknown;

/**
 * An action that XState brings along, or its outline: `assign`, `emit`, `sendTo`, `raise` with a delay, or `cancel`. Outlines can be taken only
 * in records.
 */
export interface BuiltIn {
  readonly type: string;
  readonly assignment?: Evaluate | Readonly<Record<string, unknown>>;
  readonly event?: unknown;
  readonly to?: unknown;
  readonly delay?: unknown;
  readonly id?: unknown;
  readonly sendId?: unknown;
  resolve(
    scope: AnyActorScope,
    snapshot: object,
    args: ActionStep,
    params: unknown,
    action: BuiltIn,
    extra: object,
  ): [snapshot: object, params: unknown];
  execute(scope: AnyActorScope, params: unknown): void;
}

const isBuiltIn = (action: unknown): action is BuiltIn =>
  (action as Partial<BuiltIn> | undefined)?.type?.startsWith('xstate.') === true;

/** A value in a step. */
type Expression<T = unknown> = (step: ActionStep) => T;

/** A value, or the function that computes it, with its parameters. */
function expression(value: unknown, params: unknown): Expression {
  if (typeof value !== 'function') {
    return () => value;
  }
  return typeof params === 'function' ? (step) => value(step, params(step)) : (step) => value(step, params);
}

/**
 * Compiles an action of a state.
 * @param where the id of the state
 * @throws {NotCompilableError}
 */
export function compileAction(machine: TableMachine, where: string, action: unknown): CompiledAction {
  if (typeof action === 'function' || isBuiltIn(action)) {
    return compile(machine, where, (action as { name?: string }).name || '(anonymous)', action, undefined);
  }
  const { type, params } = (typeof action === 'string' ? { type: action } : action) as { type: string; params?: unknown };
  return compile(machine, where, type, machine.implementations.actions[type], params);
}

function compile(machine: TableMachine, where: string, type: string, implementation: unknown, params: unknown): CompiledAction {
  if (!isBuiltIn(implementation)) {
    return compileNamed(type, implementation as Evaluate | undefined, params);
  }
  const { delay } = implementation;
  if (typeof delay === 'string' && machine.implementations.delays[delay] === undefined) {
    throw new NotCompilableError(machine.id, where, `the delay \`${delay}\`, which is not implemented`);
  }
  switch (implementation.type) {
    case 'xstate.assign':
      return compileAssign(implementation, params);
    case 'xstate.emit': {
      const event = expression(implementation.event, params) as Expression<AnyEventObject>;
      return (step) => step.emit(event(step));
    }
    case 'xstate.sendTo':
    case 'xstate.cancel':
      return compileDeferred(implementation, params);
    case 'xstate.raise':
      if (delay !== undefined) {
        return compileDeferred(implementation, params);
      }
  }
  throw new NotCompilableError(machine.id, where, `the action \`${implementation.type}\``);
}

const compileNamed = (type: string, implementation: Evaluate | undefined, params: unknown): CompiledAction =>
  typeof params === 'function'
    ? (step) => step.perform(type, implementation, params(step))
    : (step) => step.perform(type, implementation, params);

const compileDeferred = (action: BuiltIn, params: unknown): CompiledAction =>
  typeof params === 'function' ? (step) => step.defer(action, params(step)) : (step) => step.defer(action, params);

function compileAssign({ assignment }: BuiltIn, params: unknown): CompiledAction {
  if (typeof assignment === 'function') {
    const valuesIn = expression(assignment, params) as Expression<object>;
    return (step) => {
      for (const [key, value] of Object.entries(valuesIn(step))) {
        step.set(key, value);
      }
    };
  }
  const all = Object.entries(assignment ?? {}).map(([key, value]) => ({ key, value: expression(value, params) }));
  const [only] = all;
  if (only !== undefined && all.length === 1) {
    const { key, value } = only;
    return (step) => step.set(key, value(step));
  }
  return (step) => {
    // All of them see the context as it was.
    const values = all.map(({ value }) => value(step));
    for (let index = 0; index < all.length; index += 1) {
      step.set((all[index] as { key: string }).key, values[index]);
    }
  };
}
