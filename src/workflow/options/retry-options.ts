import isPlainObject from 'is-plain-obj';
import { MAX_DELAY } from '../../time/max-delay.ts';
import type { Backoff, ExponentialBackoff, RetryIf } from '../task-definition.ts';
import { checkOptions, type OptionPlace, type OptionProblem } from './check-options.ts';
import { factor, flag, integer, optional, schema } from './option-schemas.ts';

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

const DELAY = `an integer from 0 to ${MAX_DELAY} (milliseconds)`;

const delay = integer(0, MAX_DELAY, DELAY);

export const backoff = optional(
  schema(
    (value) =>
      typeof value === 'number' && !Number.isNaN(value) ? DELAY : `${DELAY}, { initial, factor, max, jitter }, or a function`,
    (value) => typeof value === 'function' || delay.accepts(value) || isPlainObject(value),
  ),
);

export const retryIf = optional(schema('`true` or a function', (value) => value === true || typeof value === 'function'));

const EXPONENTIAL_SCHEMAS = {
  initial: delay,
  factor: optional(factor),
  max: optional(delay),
  jitter: optional(flag),
};

/** Reads a `backoff` that has passed its schema; problems with its keys go to `report`. */
export function readBackoff(
  source: Backoff | undefined,
  placeOf: () => OptionPlace,
  report: (problem: OptionProblem) => void,
  prefix = '',
): ReadBackoff | undefined {
  if (typeof source !== 'object') {
    return source;
  }
  const checked = checkOptions(source, EXPONENTIAL_SCHEMAS, placeOf, report, `${prefix}backoff.`);
  const options = checked as unknown as ExponentialBackoff;
  return {
    initial: options.initial,
    factor: options.factor ?? 2,
    max: options.max ?? MAX_DELAY,
    jitter: options.jitter ?? false,
  };
}
