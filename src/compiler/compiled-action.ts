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

type ParamsOf = (args: ActionStep) => unknown;

const isBuiltIn = (action: unknown): action is BuiltIn =>
  (action as Partial<BuiltIn> | undefined)?.type?.startsWith('xstate.') === true;

/**
 * Compiles an action of a state.
 * @param where the id of the state
 * @throws {NotCompilableError}
 */
export function compileAction(machine: TableMachine, where: string, action: unknown): CompiledAction {
  if (typeof action === 'function' || isBuiltIn(action)) {
    return compile(machine, where, (action as { name?: string }).name || '(anonymous)', action, () => undefined);
  }
  const { type, params } = (typeof action === 'string' ? { type: action } : action) as { type: string; params?: unknown };
  const paramsOf: ParamsOf = typeof params === 'function' ? (args) => params(args) : () => params;
  return compile(machine, where, type, machine.implementations.actions[type], paramsOf);
}

function compile(
  machine: TableMachine,
  where: string,
  type: string,
  implementation: unknown,
  paramsOf: ParamsOf,
): CompiledAction {
  if (!isBuiltIn(implementation)) {
    return (step) => step.perform(type, implementation as Evaluate | undefined, paramsOf(step));
  }
  const { delay } = implementation;
  if (typeof delay === 'string' && machine.implementations.delays[delay] === undefined) {
    throw new NotCompilableError(machine.id, where, `the delay \`${delay}\`, which is not implemented`);
  }
  switch (implementation.type) {
    case 'xstate.assign':
      return compileAssign(implementation, paramsOf);
    case 'xstate.emit': {
      const { event } = implementation;
      return (step) => step.emit((typeof event === 'function' ? event(step, paramsOf(step)) : event) as AnyEventObject);
    }
    case 'xstate.sendTo':
    case 'xstate.cancel':
      return (step) => step.defer(implementation, paramsOf(step));
    case 'xstate.raise':
      if (delay !== undefined) {
        return (step) => step.defer(implementation, paramsOf(step));
      }
  }
  throw new NotCompilableError(machine.id, where, `the action \`${implementation.type}\``);
}

function compileAssign({ assignment }: BuiltIn, paramsOf: ParamsOf): CompiledAction {
  if (typeof assignment === 'function') {
    return (step) => {
      for (const [key, value] of Object.entries(assignment(step, paramsOf(step)) as object)) {
        step.set(key, value);
      }
    };
  }
  const [only, ...more] = Object.entries(assignment ?? {});
  if (only === undefined) {
    return () => {};
  }
  const [key, value] = only;
  if (more.length === 0) {
    return (step) => step.set(key, evaluate(value, step, paramsOf));
  }
  const all = [only, ...more];
  return (step) => {
    // All of them see the context as it was.
    const values = all.map(([, one]) => evaluate(one, step, paramsOf));
    for (let index = 0; index < all.length; index += 1) {
      step.set((all[index] as [string, unknown])[0], values[index]);
    }
  };
}

const evaluate = (value: unknown, step: ActionStep, paramsOf: ParamsOf): unknown =>
  typeof value === 'function' ? value(step, paramsOf(step)) : value;
