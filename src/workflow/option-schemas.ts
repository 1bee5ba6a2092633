import * as v from 'valibot';
import { MAX_DELAY } from './max-delay.ts';

// Each schema's message describes the allowed values and follows "must be" in errors. Bundlers can drop unused schemas.

const NAME = 'a string of at least 1 character';
export const text = v.custom<string>((value) => typeof value === 'string' && value !== '', NAME);

/* @__NO_SIDE_EFFECTS__ */
export const integer = (min: number, max: number, expected: string) =>
  v.pipe(v.number(expected), v.integer(expected), v.minValue(min, expected), v.maxValue(max, expected));

/* @__NO_SIDE_EFFECTS__ */
/** A duration in milliseconds. */
export const milliseconds = (min: 0 | 1) => integer(min, MAX_DELAY, `an integer from ${min} to ${MAX_DELAY} (milliseconds)`);

/* @__NO_SIDE_EFFECTS__ */
const orInfinity = (min: 0 | 1) => {
  const expected = `an integer from ${min} to ${Number.MAX_SAFE_INTEGER}, or Infinity`;
  return v.union([v.literal(Infinity), integer(min, Number.MAX_SAFE_INTEGER, expected)], expected);
};

export const retries = orInfinity(0);

export const count = orInfinity(1);

export const flag = v.boolean('true or false');

export const func = v.custom<(...args: never) => unknown>((value) => typeof value === 'function', 'a function');

export const factor = v.pipe(v.number('a number from 1'), v.finite('a number from 1'), v.minValue(1, 'a number from 1'));
