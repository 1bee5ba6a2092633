import isPlainObject from 'is-plain-obj';
import type { AnyMachineSnapshot } from 'xstate';
import { describeValue, quote } from '../workflow/describe-value.ts';
import { CheckError } from './check-error.ts';

/**
 * A key that distinguishes snapshots of a machine, history included.
 * @throws {CheckError} if the context holds values that JSON can't represent
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
 * A text that distinguishes values.
 * @param subject how error messages refer to the value
 * @throws {CheckError} if JSON can't represent the value
 */
export function textOf(value: unknown, subject: string): string {
  try {
    return JSON.stringify(value, (_, held) => (held instanceof Error ? [held.name, held.message] : heldByJson(held, subject)));
  } catch (error) {
    throw error instanceof CheckError
      ? error
      : new CheckError(`${subject} can't be serialized as JSON: ${describeValue(error)}`);
  }
}

function heldByJson(value: unknown, subject: string): unknown {
  const isHeld =
    typeof value === 'object'
      ? value === null || Array.isArray(value) || isPlainObject(value)
      : ['undefined', 'string', 'boolean'].includes(typeof value) || Number.isFinite(value);
  if (!isHeld) {
    throw new CheckError(`${subject} holds ${describeValue(value)}, which JSON can't represent, so states can't be told apart`);
  }
  return value;
}
