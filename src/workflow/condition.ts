import isPlainObject from 'is-plain-obj';
import { describeValue, quote } from '../values/describe-value.ts';
import type { OptionPlace, OptionProblem } from './options/check-options.ts';
import { optional, schema } from './options/option-schemas.ts';
import type { Condition } from './task-definition.ts';

/** A key of the output of a dependency, and the values of which it must have one. */
export interface Requirement {
  readonly task: string;
  readonly key: string;
  readonly values: readonly unknown[];
}

/** A condition that has been checked and copied. */
export type ReadCondition = Extract<Condition, (...args: never) => unknown> | readonly Requirement[];

const EXPECTED = 'a function, or an object that maps dependencies to keys of their outputs and values';

const KEYS = 'an object that maps keys of its output to values';

export const condition = optional(schema(EXPECTED, (value) => typeof value === 'function' || isPlainObject(value)));

/** Reads a `when` that has passed its schema; problems go to `report`. */
export function readCondition(
  source: Condition | undefined,
  placeOf: () => OptionPlace,
  report: (problem: OptionProblem) => void,
): ReadCondition | undefined {
  if (typeof source !== 'object') {
    return source;
  }
  const reject = (option: string, value: unknown, expected: string, got: string) => {
    const { subject, ...where } = placeOf();
    const message = `${subject}: ${quote(option)} must be ${expected}, got ${got}`;
    report({ code: 'invalidOption', ...where, option, value, expected, message });
    return [];
  };
  try {
    return Object.entries(source).flatMap(([task, keys]) => {
      if (keys === undefined) {
        return [];
      }
      return isPlainObject(keys) ? requirementsOf(task, keys) : reject(`when.${task}`, keys, KEYS, describeValue(keys));
    });
  } catch (error) {
    return reject('when', source, 'readable', `an error when it was read (${describeValue(error)})`);
  }
}

const requirementsOf = (task: string, keys: object): Requirement[] =>
  Object.entries(keys).map(([key, value]) => ({ task, key, values: Array.isArray(value) ? [...value] : [value] }));

/** Whether all requirements are met. */
export const areMet = (requirements: readonly Requirement[], outputOf: (task: string) => object | undefined): boolean =>
  requirements.every(({ task, key, values }) => {
    const output = outputOf(task) ?? {};
    const value = Object.hasOwn(output, key) ? (output as Record<string, unknown>)[key] : undefined;
    return values.some((one) => Object.is(one, value));
  });
