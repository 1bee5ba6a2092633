import { type AnyEventObject, type AnyStateMachine, and, type MachineContext, not, or } from 'xstate';
import { NotCompilableError } from './not-compilable-error.ts';

/** The arguments of a guard. */
export interface GuardArgs {
  readonly context: MachineContext;
  readonly event: AnyEventObject;
}

export type CompiledGuard = (args: GuardArgs) => boolean;

type GuardFunction = ((args: GuardArgs, params: unknown) => boolean) & {
  readonly check?: unknown;
  readonly guards?: readonly unknown[];
};

interface GuardObject {
  readonly type: string;
  readonly params?: unknown;
}

// Bundlers rename functions, so these are identified by their `check`.
const checkOf = (guard: unknown): unknown => (guard as GuardFunction).check;
const COMBINATIONS = /* @__PURE__ */ (() =>
  new Map([
    [checkOf(and([])), 'and'],
    [checkOf(or([])), 'or'],
    [checkOf(not('')), 'not'],
  ] as const))();

/** How a guard combines others, if it does. */
export const combinationOf = (guard: unknown): 'and' | 'or' | 'not' | undefined => COMBINATIONS.get(checkOf(guard));

/** Compiles a guard of the state with the id `where`. */
export function compileGuard(machine: AnyStateMachine, where: string, guard: unknown): CompiledGuard {
  if (typeof guard === 'function') {
    return compileFunction(machine, where, guard as GuardFunction, undefined);
  }
  const { type, params } = typeof guard === 'string' ? { type: guard, params: undefined } : (guard as GuardObject);
  const implementation = machine.implementations.guards[type] as unknown;
  if (implementation === undefined) {
    throw new NotCompilableError(machine.id, where, `the guard \`${type}\`, which is not implemented`);
  }
  return typeof implementation === 'function'
    ? compileFunction(machine, where, implementation as GuardFunction, params)
    : compileGuard(machine, where, implementation);
}

function compileFunction(machine: AnyStateMachine, where: string, guard: GuardFunction, params: unknown): CompiledGuard {
  if (guard.check !== undefined) {
    return compileCombination(machine, where, guard);
  }
  return typeof params === 'function' ? (args) => guard(args, params(args)) : (args) => guard(args, params);
}

function compileCombination(machine: AnyStateMachine, where: string, guard: GuardFunction): CompiledGuard {
  const { guards = [] } = guard;
  const parts = () => guards.map((part) => compileGuard(machine, where, part));
  switch (combinationOf(guard)) {
    case 'and': {
      const all = parts();
      return (args) => all.every((part) => part(args));
    }
    case 'or': {
      const any = parts();
      return (args) => any.some((part) => part(args));
    }
    case 'not': {
      const [part] = parts() as [CompiledGuard];
      return (args) => !part(args);
    }
    default:
      throw new NotCompilableError(machine.id, where, 'a guard that reads the state, such as `stateIn`');
  }
}
