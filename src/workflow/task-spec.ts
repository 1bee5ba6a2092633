import isPlainObject from 'is-plain-obj';
import * as v from 'valibot';
import { checkOptions, type OptionPlace, type OptionProblem } from './check-options.ts';
import { describeValue, quote } from './describe-value.ts';
import { MAX_DELAY } from './max-delay.ts';
import { factor, flag, func, milliseconds, retries, text } from './option-schemas.ts';
import type { Backoff, ExponentialBackoff, TaskDefinition, TaskOptions } from './task-definition.ts';

/** A task definition that has been checked and copied: nothing the caller does later changes it. */
export interface TaskSpec extends Omit<TaskOptions, 'backoff'> {
  readonly name: string;
  /** The caller's own object, which is the `this` of its functions. */
  readonly definition: object;
  readonly run: TaskDefinition['run'];
  /** Each name once. */
  readonly dependencies: readonly string[];
  readonly backoff: Exclude<Backoff, ExponentialBackoff> | CompleteBackoff;
}

type CompleteBackoff = { readonly [Key in keyof ExponentialBackoff]-?: Exclude<ExponentialBackoff[Key], undefined> };

function isArrayOrSet(value: unknown): boolean {
  return Array.isArray(value) || Object.prototype.toString.call(value) === '[object Set]';
}

const BACKOFF = `an integer from 0 to ${MAX_DELAY} (milliseconds), { initial, factor, max, jitter }, or a function`;

const SCHEMAS = {
  name: text,
  run: func,
  dependencies: v.optional(v.custom(isArrayOrSet, 'an array or a Set of task names')),
  timeout: v.optional(milliseconds(1)),
  maxRetries: v.optional(retries),
  backoff: v.optional(v.union([func, milliseconds(0), v.custom(isPlainObject)], BACKOFF)),
  retryIf: v.optional(func),
  continueOnFailure: v.optional(flag),
};

const EXPONENTIAL_SCHEMAS = {
  initial: milliseconds(0),
  factor: v.optional(factor),
  max: v.optional(milliseconds(0)),
  jitter: v.optional(flag),
};

/**
 * Checks one element of an array of tasks and copies it; what is wrong goes to `report`, and is left out. A task that has a
 * name is given back even so, for the tasks that depend on it.
 */
export function readTask(source: object, index: number, report: (problem: OptionProblem) => void): TaskSpec | undefined {
  const placeOf = ({ name }: Record<string, unknown>): OptionPlace =>
    typeof name === 'string'
      ? { subject: `Task ${quote(name)}`, index, task: name }
      : { subject: `The task at index ${index}`, index };
  const options = checkOptions(source, SCHEMAS, placeOf, report) as Partial<TaskDefinition>;
  const { name, run, dependencies, timeout, maxRetries, backoff, retryIf, continueOnFailure } = options;
  const placeOfTask = () => placeOf(options);
  const spec = {
    name: name as string,
    definition: source,
    run: run as TaskDefinition['run'],
    dependencies: readDependencies(dependencies ?? [], placeOfTask, report),
    timeout,
    maxRetries,
    backoff: readBackoff(backoff ?? 0, placeOfTask, report),
    retryIf,
    continueOnFailure,
  };
  return name === undefined ? undefined : spec;
}

function readDependencies(
  source: Iterable<unknown>,
  placeOf: () => OptionPlace,
  report: (problem: OptionProblem) => void,
): string[] {
  const names: string[] = [];
  const reject = (value: unknown, got: string) => {
    const { subject, ...where } = placeOf();
    const expected = 'an array or a Set of task names';
    const message = `${subject}: \`dependencies\` must be ${expected}, got ${got}`;
    report({ code: 'invalidOption', ...where, option: 'dependencies', value, expected, message });
  };
  try {
    for (const name of source) {
      if (typeof name === 'string') {
        names.push(name);
      } else {
        reject(name, `one that has ${describeValue(name)} in it`);
      }
    }
  } catch (error) {
    reject(source, `an error when it was read (${describeValue(error)})`);
  }
  return names.length > 1 ? [...new Set(names)] : names;
}

function readBackoff(
  source: Backoff,
  placeOf: () => OptionPlace,
  report: (problem: OptionProblem) => void,
): TaskSpec['backoff'] {
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
