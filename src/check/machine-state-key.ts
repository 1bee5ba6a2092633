import isPlainObject from 'is-plain-obj';
import type { AnyMachineSnapshot } from 'xstate';
import { describeValue, quote } from '../workflow/describe-value.ts';
import { CheckError } from './check-error.ts';

/**
 * What tells a snapshot of a machine from others: also what its history remembers.
 * @throws {CheckError} when the context has what JSON can't hold
 */
export function keyOf({ machine, value, context, status, historyValue }: AnyMachineSnapshot): string {
  const values = Object.entries((context ?? {}) as object).map(([key, held]) => [
    key,
    textOf(held, `${quote(key)} in the context of the machine ${machine.id}`),
  ]);
  const history = Object.entries(historyValue ?? {}).map(([id, nodes]) => [id, nodes.map((node) => node.id)]);
  return JSON.stringify([value, values, status, history]);
}

/**
 * What tells a value from others, as text.
 * @param subject what messages call it
 * @throws {CheckError} when JSON can't hold it
 */
export function textOf(value: unknown, subject: string): string {
  try {
    return JSON.stringify(value, (_, held) => (held instanceof Error ? [held.name, held.message] : heldByJson(held, subject)));
  } catch (error) {
    throw error instanceof CheckError ? error : new CheckError(`${subject} can't be written as JSON: ${describeValue(error)}`);
  }
}

function heldByJson(value: unknown, subject: string): unknown {
  const isHeld =
    typeof value === 'object'
      ? value === null || Array.isArray(value) || isPlainObject(value)
      : ['undefined', 'string', 'boolean'].includes(typeof value) || Number.isFinite(value);
  if (!isHeld) {
    throw new CheckError(`${subject} holds ${describeValue(value)}, which JSON can't hold: states can't be told apart by it`);
  }
  return value;
}
