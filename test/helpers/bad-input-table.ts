import { otherRealm, revoked, trapped } from './bad-input-values.ts';

class Point {}
export const named = (): void => {};

/** Values of all kinds, and how messages call them. */
export const VALUES: readonly (readonly [value: unknown, description: string])[] = [
  [NaN, 'NaN'],
  [Infinity, 'Infinity'],
  [-Infinity, '-Infinity'],
  [-0, '0'],
  [-1, '-1'],
  [0, '0'],
  [0.5, '0.5'],
  [2 ** 31, '2147483648'],
  [2 ** 53, '9007199254740992'],
  ['5', 'the string "5"'],
  [5n, '5n'],
  [null, 'null'],
  [Symbol('five'), 'Symbol(five)'],
  [true, 'true'],
  [{}, 'an object'],
  [Object.create(null), 'an object'],
  [[5], 'an array'],
  [named, 'the function `named`'],
  [new Point(), 'an instance of Point'],
  [new Date(0), 'an instance of Date'],
  [otherRealm('new Map()'), 'an instance of Map'],
];

/** Values that throw whatever is done to them, and how messages call them. */
export const UNREADABLE: readonly (readonly [kind: string, value: unknown, description: string])[] = [
  ['a proxy of which every trap throws', trapped(), "an object that can't be inspected"],
  ['a proxy of a function of which every trap throws', trapped(named), "a function that can't be inspected"],
  ['a revoked proxy', revoked(), "an object that can't be inspected"],
];

/** Tells values apart in titles that messages call by the same words. */
export function titleOf(value: unknown, description: string): string {
  if (Object.is(value, -0)) {
    return '-0';
  }
  return isPlain(value) && Object.getPrototypeOf(value) === null ? 'an object without prototype' : description;
}

export const isFunction = (value: unknown): boolean => typeof value === 'function';

export const isNumber = (value: unknown): boolean => typeof value === 'number' && !Number.isNaN(value);

export const isPlain = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && [null, Object.prototype].includes(Object.getPrototypeOf(value));
