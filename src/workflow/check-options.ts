import * as v from 'valibot';
import { describeValue, quote } from './describe-value.ts';
import type { InvalidOptionProblem, UnknownOptionProblem } from './workflow-problem.ts';

/** A schema for each option; the message of each schema says what is allowed. */
export type OptionSchemas = Readonly<Record<string, v.GenericSchema>>;

/** Where options were found, for messages and for the fields of a problem. */
export interface OptionPlace {
  /** How messages name the place: ``Task `blend` `` or `The job`. */
  readonly subject: string;
  readonly task?: string;
  readonly index?: number;
}

export type OptionProblem = InvalidOptionProblem | UnknownOptionProblem;

/**
 * Reads each option once and returns the valid ones; problems go to `report`. An option set to `undefined` is absent.
 * @param placeOf Returns where the options are, given those read so far.
 */
export function checkOptions(
  source: object,
  schemas: OptionSchemas,
  placeOf: (options: Record<string, unknown>) => OptionPlace,
  report: (problem: OptionProblem) => void,
  prefix = '',
): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  const reject = (option: string, value: unknown, expected: string, got: string) => {
    const { subject, ...where } = placeOf(options);
    const message = `${subject}: ${quote(prefix + option)} must be ${expected}, got ${got}`;
    report({ code: 'invalidOption', ...where, option: prefix + option, value, expected, message });
  };
  for (const option of Object.keys(schemas)) {
    const schema = schemas[option] as v.GenericSchema;
    let value: unknown;
    try {
      value = (source as Record<string, unknown>)[option];
    } catch (error) {
      reject(option, undefined, 'readable', `an error when it was read (${describeValue(error)})`);
      continue;
    }
    if (value === undefined && schema.type === 'optional') {
      continue;
    }
    const expected = violation(schema, value);
    if (expected === undefined) {
      options[option] = value;
    } else {
      reject(option, value, expected, describeValue(value));
    }
  }
  for (const key of keysOf(source)) {
    if (typeof key === 'symbol' || !Object.hasOwn(schemas, key)) {
      const { subject, ...where } = placeOf(options);
      const option = prefix + String(key);
      const message = `${subject}: there is no option ${quote(option)}; the options are ${Object.keys(schemas).join(', ')}`;
      report({ code: 'unknownOption', ...where, option, message });
    }
  }
  return options;
}

/** The valid values, if this one is invalid. */
export function violation(schema: v.GenericSchema, value: unknown): string | undefined {
  try {
    return v.is(schema, value) ? undefined : v.safeParse(schema, value).issues?.[0].message;
  } catch {
    // The value can't be inspected, so no schema allows it; no schema allows null either.
    return v.safeParse(schema, null).issues?.[0].message;
  }
}

function keysOf(source: object): readonly PropertyKey[] {
  try {
    return Reflect.ownKeys(source);
  } catch {
    return [];
  }
}
