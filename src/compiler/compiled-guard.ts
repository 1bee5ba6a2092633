import type { AnyEventObject, MachineContext } from 'xstate';
import { loadXState } from '../xstate/load-xstate.ts';
import { NotCompilableError } from './not-compilable-error.ts';
import type { TableMachine } from './table-machine.ts';

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

/** A named guard, or the outline of `and`. */
interface GuardObject {
  readonly type: string;
  readonly params?: unknown;
  readonly guards?: readonly unknown[];
}

type Combination = 'and' | 'or' | 'not';

// Bundlers rename functions, so these are identified by their `check`.
const checkOf = (guard: unknown): unknown => (guard as GuardFunction).check;

/** How a guard combines others, if it does. */
export function combinationOf(guard: unknown): Combination | undefined {
  const check = checkOf(guard);
  if (check === undefined) {
    return undefined;
  }
  const { and, or, not } = loadXState();
  const combinations = { and: and([]), or: or([]), not: not('') };
  return (Object.keys(combinations) as Combination[]).find((one) => checkOf(combinations[one]) === check);
}

/** Compiles a guard of the state with the id `where`. */
export function compileGuard(machine: TableMachine, where: string, guard: unknown): CompiledGuard {
  if (typeof guard === 'function') {
    return compileFunction(machine, where, guard as GuardFunction, undefined);
  }
  const { type, params, guards } = (typeof guard === 'string' ? { type: guard } : guard) as GuardObject;
  if (type === 'xstate.and') {
    return allOf(partsOf(machine, where, guards));
  }
  const implementation = machine.implementations.guards[type] as unknown;
  if (implementation === undefined) {
    throw new NotCompilableError(machine.id, where, `the guard \`${type}\`, which is not implemented`);
  }
  return typeof implementation === 'function'
    ? compileFunction(machine, where, implementation as GuardFunction, params)
    : compileGuard(machine, where, implementation);
}

function compileFunction(machine: TableMachine, where: string, guard: GuardFunction, params: unknown): CompiledGuard {
  if (guard.check !== undefined) {
    return compileCombination(machine, where, guard);
  }
  if (params === undefined) {
    return guard as CompiledGuard;
  }
  return typeof params === 'function' ? (args) => guard(args, params(args)) : (args) => guard(args, params);
}

function compileCombination(machine: TableMachine, where: string, guard: GuardFunction): CompiledGuard {
  const parts = () => partsOf(machine, where, guard.guards);
  switch (combinationOf(guard)) {
    case 'and':
      return allOf(parts());
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

const partsOf = (machine: TableMachine, where: string, guards: readonly unknown[] = []): CompiledGuard[] =>
  guards.map((part) => compileGuard(machine, where, part));

/** Without a closure for each evaluation. */
const allOf =
  (parts: readonly CompiledGuard[]): CompiledGuard =>
  (args) => {
    for (let index = 0; index < parts.length; index += 1) {
      if (!(parts[index] as CompiledGuard)(args)) {
        return false;
      }
    }
    return true;
  };
