import type { AnyActorRef, AnyActorScope, AnyEventObject, AnyMachineSnapshot, AnyStateMachine, MachineContext } from 'xstate';
import { NotCompilableError } from './not-compilable-error.ts';

/** The step that actions run in, and their arguments. */
export interface ActionStep {
  /** Each `assign` changes it for later actions. */
  context: MachineContext;
  readonly event: AnyEventObject;
  readonly self: AnyActorRef;
  readonly system: AnyActorScope['system'];
  /** An `assign` may spawn actors, but not in a compiled machine. */
  readonly spawn: () => never;
  readonly scope: AnyActorScope;
  /** The state the machine is about to leave. */
  readonly snapshot: AnyMachineSnapshot;
  /** Whether inspection events are unnecessary. */
  readonly isQuiet: boolean;
}

/** Called with each emitted event before the actor's listeners. */
export type EmitHook = (event: AnyEventObject, system: object) => void;

/** Performs an action, or makes the actor perform it after the step. */
export type CompiledAction = (step: ActionStep) => void;

type Evaluate = (args: object, params: unknown) => unknown;

/** A built-in action of XState. */
interface BuiltIn {
  readonly type: string;
  readonly assignment?: Evaluate | Readonly<Record<string, unknown>>;
  readonly event?: unknown;
  readonly to?: unknown;
  readonly delay?: unknown;
  resolve(
    scope: AnyActorScope,
    snapshot: AnyMachineSnapshot,
    args: ActionStep,
    params: unknown,
    action: BuiltIn,
    extra: object,
  ): [snapshot: AnyMachineSnapshot, params: unknown];
  execute(scope: AnyActorScope, params: unknown): void;
}

type ParamsOf = (args: ActionStep) => unknown;

const isBuiltIn = (action: unknown): action is BuiltIn => typeof action === 'function' && 'resolve' in action;

export class ActionCompiler {
  readonly #machine: AnyStateMachine;
  readonly #onEmit: EmitHook | undefined;

  constructor(machine: AnyStateMachine, onEmit?: EmitHook) {
    this.#machine = machine;
    this.#onEmit = onEmit;
  }

  /** Compiles an action of the state with the id `where`. */
  compile(where: string, action: unknown): CompiledAction {
    if (typeof action === 'function') {
      return this.#compile(where, action.name || '(anonymous)', action, () => undefined);
    }
    const { type, params } = (typeof action === 'string' ? { type: action } : action) as { type: string; params?: unknown };
    const paramsOf: ParamsOf = typeof params === 'function' ? (args) => params(args) : () => params;
    return this.#compile(where, type, this.#machine.implementations.actions[type], paramsOf);
  }

  #compile(where: string, type: string, implementation: unknown, paramsOf: ParamsOf): CompiledAction {
    if (!isBuiltIn(implementation)) {
      return compileNamed(type, implementation as Evaluate | undefined, paramsOf);
    }
    const { delay } = implementation;
    if (typeof delay === 'string' && this.#machine.implementations.delays[delay] === undefined) {
      throw new NotCompilableError(this.#machine.id, where, `the delay \`${delay}\`, which is not implemented`);
    }
    switch (implementation.type) {
      case 'xstate.assign':
        return compileAssign(implementation, paramsOf);
      case 'xstate.emit':
        return compileEmit(implementation, paramsOf, this.#onEmit);
      case 'xstate.sendTo':
      case 'xstate.cancel':
        return compileDeferred(implementation, paramsOf);
      case 'xstate.raise':
        if (delay !== undefined) {
          return compileDeferred(implementation, paramsOf);
        }
    }
    throw new NotCompilableError(this.#machine.id, where, `the action \`${implementation.type}\``);
  }
}

/** Where XState would put an event raised without a delay. */
const NO_QUEUE = {
  internalQueue: {
    push({ type }: AnyEventObject) {
      throw new Error(`A compiled machine can't raise events without a delay: \`${type}\``);
    },
  },
};

/** Makes the actor perform an action and notifies inspectors. */
function perform({ context, event, self, system, scope }: ActionStep, type: string, params: unknown, exec: unknown): void {
  scope.actionExecutor({ type, info: { context, event, self, system }, params, exec } as never);
}

function compileNamed(type: string, implementation: Evaluate | undefined, paramsOf: ParamsOf): CompiledAction {
  return (step) => {
    const params = paramsOf(step);
    if (step.isQuiet) {
      implementation?.(step, params);
    } else {
      perform(step, type, params, implementation);
    }
  };
}

function compileEmit({ type, event: source }: BuiltIn, paramsOf: ParamsOf, onEmit: EmitHook | undefined): CompiledAction {
  return (step) => {
    const { scope } = step;
    const event = (typeof source === 'function' ? source(step, paramsOf(step)) : source) as AnyEventObject;
    const emit = () => {
      onEmit?.(event, scope.system);
      scope.emit(event);
    };
    if (step.isQuiet) {
      scope.defer(emit);
    } else {
      perform(step, type, { event }, () => scope.defer(emit));
    }
  };
}

/** Actions that take effect after the step and leave the snapshot unchanged. They are left to XState. */
function compileDeferred(action: BuiltIn, paramsOf: ParamsOf): CompiledAction {
  return (step) => {
    const { scope, snapshot } = step;
    const [, resolved] = action.resolve(scope, snapshot, step, paramsOf(step), action, NO_QUEUE);
    if (step.isQuiet) {
      action.execute(scope, resolved);
    } else {
      perform(step, action.type, resolved, () => action.execute(scope, resolved));
    }
  };
}

function compileAssign({ assignment }: BuiltIn, paramsOf: ParamsOf): CompiledAction {
  if (typeof assignment === 'function') {
    return (step) => {
      step.context = { ...step.context, ...(assignment(step, paramsOf(step)) as object) };
    };
  }
  const keys = Object.keys(assignment ?? {});
  const values = Object.values(assignment ?? {});
  return (step) => {
    const params = paramsOf(step);
    const next = { ...step.context };
    for (let index = 0; index < keys.length; index += 1) {
      const value = values[index];
      next[keys[index] as string] = typeof value === 'function' ? value(step, params) : value;
    }
    step.context = next;
  };
}
