import isPlainObject from 'is-plain-obj';
import * as v from 'valibot';
import { checkOptions, type OptionPlace, type OptionProblem } from './check-options.ts';
import { MAX_DELAY } from './max-delay.ts';
import { factor, flag, func, milliseconds } from './option-schemas.ts';
import type { Backoff, ExponentialBackoff, RetryIf } from './task-definition.ts';

type CompleteBackoff = { readonly [Key in keyof ExponentialBackoff]-?: Exclude<ExponentialBackoff[Key], undefined> };

/** A backoff that isn't a function. */
export type FixedBackoff = number | CompleteBackoff;

/** A backoff that has been checked and copied, with its defaults filled in. */
export type ReadBackoff = FixedBackoff | Extract<Backoff, (...args: never) => unknown>;

/** How failed attempts are retried, where that is set. */
export interface RetryOptions {
  readonly backoff: ReadBackoff | undefined;
  readonly retryIf: RetryIf | undefined;
}

/** The backoff of tasks that don't set one, in jobs that don't either. */
export const DEFAULT_BACKOFF: FixedBackoff = { initial: 100, factor: 2, max: 10_000, jitter: true };

const BACKOFF = `an integer from 0 to ${MAX_DELAY} (milliseconds), { initial, factor, max, jitter }, or a function`;
const RETRY_IF = '`true` or a function';

export const backoff = v.optional(v.union([func, milliseconds(0), v.custom(isPlainObject)], BACKOFF));

export const retryIf = v.optional(v.union([v.literal(true), func], RETRY_IF));

/** The schemas of `backoff` and `retryIf`. */
export const RETRY_SCHEMAS = { backoff, retryIf };

const EXPONENTIAL_SCHEMAS = {
  initial: milliseconds(0),
  factor: v.optional(factor),
  max: v.optional(milliseconds(0)),
  jitter: v.optional(flag),
};

/** Reads a `backoff` that has passed its schema; problems with its keys go to `report`. */
export function readBackoff(
  source: Backoff | undefined,
  placeOf: () => OptionPlace,
  report: (problem: OptionProblem) => void,
): ReadBackoff | undefined {
  if (typeof source !== 'object') {
    return source;
  }
  const options = checkOptions(source, EXPONENTIAL_SCHEMAS, placeOf, report, 'backoff.') as unknown as ExponentialBackoff;
  return {
    initial: options.initial,
    factor: options.factor ?? 2,
    max: options.max ?? MAX_DELAY,
    jitter: options.jitter ?? false,
  };
}
