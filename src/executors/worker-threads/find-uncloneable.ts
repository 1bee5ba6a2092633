import { types } from 'node:util';
import { describeValue } from '../../values/describe-value.ts';

export interface Uncloneable {
  readonly path: string;
  /** A description of the value. */
  readonly got: string;
}

/** How many values are looked at. */
const MAX_VALUES = 10_000;

/** A value, and how to get to it. */
interface Part {
  readonly value: unknown;
  readonly step: string;
  readonly whole?: Part;
}

/**
 * Finds the part of a value that can't be structured-cloned. Large values are searched only in part; then the value itself is named.
 * @param error what the attempt to clone the value threw
 */
export function findUncloneable(value: unknown, path: string, error: unknown): Uncloneable {
  if (error instanceof RangeError) {
    return { path, got: 'nested too deeply' };
  }
  const seen = new Set<unknown>();
  const open: Part[] = [{ value, step: path }];
  for (let count = 0; count < MAX_VALUES; count += 1) {
    const part = open.pop();
    if (part === undefined) {
      return { path, got: describeValue(value) };
    }
    const parts = seen.has(part.value) ? [] : partsOf(part);
    if (parts === 'uncloneable') {
      return { path: pathOf(part), got: describeValue(part.value) };
    }
    seen.add(part.value);
    open.push(...parts.slice(0, MAX_VALUES).reverse());
  }
  return { path, got: 'an object with a part that is not cloneable' };
}

function partsOf(whole: Part): readonly Part[] | 'uncloneable' {
  const { value } = whole;
  if (typeof value === 'function' || typeof value === 'symbol' || types.isProxy(value)) {
    return 'uncloneable';
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  if (ArrayBuffer.isView(value)) {
    // A view of a detached buffer is empty.
    return value.byteLength > 0 || isCloneable(value) ? [] : 'uncloneable';
  }
  const part = (step: string, member: unknown): Part => ({ value: member, step, whole });
  if (value instanceof Map) {
    return Array.from(value).flatMap(([key, member]) => [
      part('.keys()', key),
      part(`.get(${typeof key === 'string' ? JSON.stringify(key) : describeValue(key)})`, member),
    ]);
  }
  if (value instanceof Set) {
    return Array.from(value, (member) => part('.values()', member));
  }
  // Other properties of an error are not cloned.
  const keys = types.isNativeError(value) ? ['cause'] : Object.keys(value);
  try {
    const parts = keys.map((key) => part(stepTo(value, key), value[key as keyof typeof value]));
    return parts.length === 0 && !isCloneable(value) ? 'uncloneable' : parts;
  } catch {
    // A getter threw; structured clone would call it too.
    return 'uncloneable';
  }
}

function stepTo(owner: object, key: string): string {
  if (Array.isArray(owner)) {
    return `[${key}]`;
  }
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function pathOf(part: Part): string {
  const steps: string[] = [];
  for (let one: Part | undefined = part; one !== undefined; one = one.whole) {
    steps.push(one.step);
  }
  return steps.reverse().join('');
}

/** Clones the value, so don't ask often about objects with many members. */
export function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
