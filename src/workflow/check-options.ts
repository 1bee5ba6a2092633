import * as v from 'valibot';
import { describeValue, quote } from './describe-value.ts';
import type { InvalidOptionProblem, UnknownOptionProblem } from './workflow-problem.ts';

/** A schema for each option; the message of each schema says what is allowed. */
export type OptionSchemas = Readonly<Record<string, v.GenericSchema>>;

/** Where options stand, for messages and for the fields of a problem. */
export interface OptionPlace {
  /** How messages name the place: ``Task `blend` `` or `The job`. */
  readonly subject: string;
  readonly task?: string;
  readonly index?: number;
}

export type OptionProblem = InvalidOptionProblem | UnknownOptionProblem;

/** Reads each option once and gives those that are allowed; what is wrong goes to `report`. Options of `undefined` are absent. */
export function checkOptions(
  source: object,
  schemas: OptionSchemas,
  place: OptionPlace,
  report: (problem: OptionProblem) => void,
  prefix = '',
): Record<string, unknown> {
  const { subject, ...where } = place;
  const options: Record<string, unknown> = {};
  const reject = (option: string, value: unknown, expected: string, got: string) => {
    const message = `${subject}: ${quote(prefix + option)} must be ${expected}, got ${got}`;
    report({ code: 'invalidOption', ...where, option: prefix + option, value, expected, message });
  };
  for (const [option, schema] of Object.entries(schemas)) {
    let value: unknown;
    try {
      value = (source as Record<string, unknown>)[option];
      if (value === undefined && schema.type === 'optional') {
        continue;
      }
      const [issue] = v.safeParse(schema, value).issues ?? [];
      if (issue === undefined) {
        options[option] = value;
      } else {
        reject(option, value, issue.message, describeValue(value));
      }
    } catch (error) {
      reject(option, value, 'readable', `an error when it was read (${describeValue(error)})`);
    }
  }
  for (const key of unknownKeys(source, schemas)) {
    const option = prefix + key;
    const message = `${subject}: there is no option ${quote(option)}; the options are ${Object.keys(schemas).join(', ')}`;
    report({ code: 'unknownOption', ...where, option, message });
  }
  return options;
}

function unknownKeys(source: object, schemas: OptionSchemas): string[] {
  try {
    return Reflect.ownKeys(source)
      .filter((key) => typeof key === 'symbol' || !Object.hasOwn(schemas, key))
      .map(String);
  } catch {
    return [];
  }
}
