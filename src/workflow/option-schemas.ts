import * as v from 'valibot';
import { MAX_DELAY } from './max-delay.ts';

// The message of each schema says what is allowed, in words that fit after "must be".

export const text = v.pipe(v.string('a string of at least 1 character'), v.minLength(1, 'a string of at least 1 character'));

const integer = (min: number, max: number, expected: string) =>
  v.pipe(v.number(expected), v.integer(expected), v.minValue(min, expected), v.maxValue(max, expected));

/** A duration in milliseconds. */
export const milliseconds = (min: 0 | 1) => integer(min, MAX_DELAY, `an integer from ${min} to ${MAX_DELAY} (milliseconds)`);

export const retries = integer(0, Number.MAX_SAFE_INTEGER, 'an integer from 0');

const COUNT = 'an integer from 1, or Infinity';
export const count = v.union([v.literal(Infinity), integer(1, Number.MAX_SAFE_INTEGER, COUNT)], COUNT);

export const flag = v.boolean('true or false');

export const func = v.function('a function');

export const factor = v.pipe(v.number('a number from 1'), v.finite('a number from 1'), v.minValue(1, 'a number from 1'));
