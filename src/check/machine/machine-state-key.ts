import isPlainObject from 'is-plain-obj';
import type { AnyActorRef, AnyMachineSnapshot } from 'xstate';
import { describeValue, quote } from '../../values/describe-value.ts';
import { CheckError } from '../check-error.ts';

/**
 * A key that distinguishes snapshots of a machine, history included. Actors are told apart by where the context holds them, since
 * each has a new id.
 * @throws {CheckError} if the context holds values that JSON can't represent
 */
export function keyOf(snapshot: AnyMachineSnapshot): string {
  const { value, status, historyValue } = snapshot;
  const history = Object.entries(historyValue ?? {}).map(([id, nodes]) => [id, nodes.map((node) => node.id)]);
  return JSON.stringify([value, contextTexts(snapshot), status, history]);
}

/**
 * The values in the context of a snapshot as text, each with its key.
 * @throws {CheckError} if JSON can't represent one
 */
export function contextTexts({ machine, context }: AnyMachineSnapshot): [key: string, text: string][] {
  const actors = new Map<AnyActorRef, number>();
  const place = `context of the machine ${machine.id}`;
  return Object.keys(heldByJson(context ?? {}, `The ${place}`) as object).map((key) => [
    key,
    textOf(() => context[key], `${quote(key)} in the ${place}`, actors),
  ]);
}

/**
 * A text that distinguishes values.
 * @param read returns the value
 * @param subject how error messages refer to the value
 * @param actors the actors found so far
 * @throws {CheckError} if JSON can't represent the value
 */
export function textOf(read: () => unknown, subject: string, actors = new Map<AnyActorRef, number>()): string {
  try {
    return JSON.stringify(read(), function replace(this: Readonly<Record<string, unknown>>, key, value: unknown) {
      const held = this[key];
      if (isActor(held)) {
        actors.set(held, actors.get(held) ?? actors.size);
        return { actor: actors.get(held), src: typeof held.src === 'string' ? held.src : undefined };
      }
      return value instanceof Error ? [value.name, value.message] : heldByJson(value, subject);
    });
  } catch (error) {
    throw error instanceof CheckError
      ? error
      : new CheckError(`${subject} can't be serialized as JSON: ${describeValue(error)}`);
  }
}

const isActor = (value: unknown): value is AnyActorRef =>
  typeof value === 'object' && value !== null && 'getSnapshot' in value && 'send' in value && 'sessionId' in value;

function heldByJson(value: unknown, subject: string): unknown {
  const isHeld =
    typeof value === 'object'
      ? value === null || Array.isArray(value) || (isPlainObject(value) && Object.getOwnPropertySymbols(value).length === 0)
      : ['undefined', 'string', 'boolean'].includes(typeof value) || Number.isFinite(value);
  if (!isHeld) {
    throw new CheckError(`${subject} holds ${describeValue(value)}, which JSON can't represent, so states can't be told apart`);
  }
  return value;
}
