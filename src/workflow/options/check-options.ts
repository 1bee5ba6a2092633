import { describeValue, quote, readableKeys } from '../../values/describe-value.ts';
import type { InvalidOptionProblem, UnknownOptionProblem } from '../workflow-problem.ts';
import type { OptionSchema } from './option-schemas.ts';

/** A schema for each option. */
export type OptionSchemas = Readonly<Record<string, OptionSchema>>;

/** Where options were found, for messages and for the fields of a problem. */
export interface OptionPlace {
  /** How messages name the place: ``Task `blend` `` or `The job`. */
  readonly subject: string;
  readonly task?: string;
  readonly index?: number;
}

export type OptionProblem = InvalidOptionProblem | UnknownOptionProblem;

type PlaceOf = (options: Record<string, unknown>) => OptionPlace;

/**
 * Reads each option once and returns the valid ones; problems go to `report`. An option set to `undefined` is absent.
 * @param placeOf Returns where the options are, given those read so far.
 * @param keys The keys of `source`.
 * @param options What to add the valid ones to.
 */
export function checkOptions(
  source: object,
  schemas: OptionSchemas,
  placeOf: PlaceOf,
  report: (problem: OptionProblem) => void,
  prefix = '',
  keys = readableKeys(source) ?? [],
  options: Record<string, unknown> = {},
): Record<string, unknown> {
  for (const option in schemas) {
    const schema = schemas[option] as OptionSchema;
    let value: unknown;
    try {
      value = (source as Record<string, unknown>)[option];
    } catch (error) {
      const got = `an error when it was read (${describeValue(error)})`;
      report(invalidOption(prefix + option, placeOf(options), undefined, 'readable', got));
      continue;
    }
    if (value === undefined && schema.isOptional) {
      continue;
    }
    const expected = violation(schema, value);
    if (expected === undefined) {
      options[option] = value;
    } else {
      report(invalidOption(prefix + option, placeOf(options), value, expected, describeValue(value)));
    }
  }
  for (const key of keys) {
    if (typeof key === 'symbol' || !Object.hasOwn(schemas, key)) {
      const { subject, ...where } = placeOf(options);
      const option = prefix + String(key);
      const message = `${subject}: there is no option ${quote(option)}; the options are ${Object.keys(schemas).join(', ')}`;
      report({ code: 'unknownOption', ...where, option, message });
    }
  }
  return options;
}

function invalidOption(option: string, place: OptionPlace, value: unknown, expected: string, got: string): OptionProblem {
  const { subject, ...where } = place;
  const message = `${subject}: ${quote(option)} must be ${expected}, got ${got}`;
  return { code: 'invalidOption', ...where, option, value, expected, message };
}

/** The valid values, if this one is invalid. */
export function violation({ accepts, expected }: OptionSchema, value: unknown): string | undefined {
  const valid = (of: unknown) => (typeof expected === 'string' ? expected : expected(of));
  try {
    return accepts(value) ? undefined : valid(value);
  } catch {
    // It can't be inspected, so no schema allows it.
    return valid(null);
  }
}
