import { MAX_DELAY } from '../../time/max-delay.ts';

/** What an option must be. */
export interface OptionSchema {
  /** Describes the allowed values, and follows "must be" in errors. */
  readonly expected: string | ((invalid: unknown) => string | undefined);
  /** If it throws, the value can't be inspected and isn't allowed. */
  readonly accepts: (value: unknown) => boolean;
  readonly isOptional: boolean;
}

// Bundlers can drop unused schemas.

/* @__NO_SIDE_EFFECTS__ */
export const schema = (expected: OptionSchema['expected'], accepts: (value: unknown) => boolean): OptionSchema => ({
  expected,
  accepts,
  isOptional: false,
});

/* @__NO_SIDE_EFFECTS__ */
export const optional = ({ expected, accepts }: OptionSchema): OptionSchema => ({ expected, accepts, isOptional: true });

/* @__NO_SIDE_EFFECTS__ */
export const oneOf = (values: readonly unknown[], expected: string) => schema(expected, (value) => values.includes(value));

/* @__NO_SIDE_EFFECTS__ */
export const integer = (min: number, max: number, expected: string) =>
  schema(expected, (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max);

/* @__NO_SIDE_EFFECTS__ */
/** A duration in milliseconds. */
export const milliseconds = (min: 0 | 1) => integer(min, MAX_DELAY, `an integer from ${min} to ${MAX_DELAY} (milliseconds)`);

/* @__NO_SIDE_EFFECTS__ */
const orInfinity = (min: 0 | 1) =>
  schema(
    `an integer from ${min} to ${Number.MAX_SAFE_INTEGER}, or Infinity`,
    (value) => value === Infinity || (Number.isSafeInteger(value) && (value as number) >= min),
  );

export const retries = orInfinity(0);

export const count = orInfinity(1);

/* @__NO_SIDE_EFFECTS__ */
export const atLeast = (min: 0 | 1) => integer(min, Number.MAX_SAFE_INTEGER, `an integer of at least ${min}`);

export const text = schema('a string of at least 1 character', (value) => typeof value === 'string' && value !== '');

export const flag = schema('true or false', (value) => typeof value === 'boolean');

export const func = schema('a function', (value) => typeof value === 'function');

export const factor = schema('a number from 1', (value) => Number.isFinite(value) && (value as number) >= 1);

export const anything = schema('anything', () => true);

export const object = schema('an object', (value) => typeof value === 'object' && value !== null);
