import { describeValue, quote } from '../values/describe-value.ts';
import { checkOptions, type OptionPlace, type OptionProblem } from './options/check-options.ts';
import { flag, func, milliseconds, optional, retries, schema, text } from './options/option-schemas.ts';
import { backoff, type ReadBackoff, readBackoff, retryIf } from './options/retry-options.ts';
import type { Backoff, TaskDefinition, TaskOptions } from './task-definition.ts';

/** A task definition that has been checked and copied: nothing the caller does later changes it. */
export interface TaskSpec extends Omit<TaskOptions, 'backoff'> {
  readonly name: string;
  /** The caller's own object, which is the `this` of its functions. */
  readonly definition: object;
  readonly run: TaskDefinition['run'];
  /** Each name once. */
  readonly dependencies: readonly string[];
  readonly backoff: ReadBackoff | undefined;
}

function isArrayOrSet(value: unknown): boolean {
  return Array.isArray(value) || Object.prototype.toString.call(value) === '[object Set]';
}

const SCHEMAS = {
  name: text,
  run: func,
  dependencies: optional(schema('an array or a Set of task names', isArrayOrSet)),
  timeout: optional(milliseconds(1)),
  maxRetries: optional(retries),
  backoff,
  retryIf,
  continueOnFailure: optional(flag),
};

/**
 * Checks one element of an array of tasks and copies it; invalid options are omitted and go to `report`. A task with a name is
 * returned anyway, for the tasks that depend on it.
 * @param keys The keys of the element.
 */
export function readTask(
  source: object,
  index: number,
  keys: readonly PropertyKey[],
  report: (problem: OptionProblem) => void,
): TaskSpec | undefined {
  const spec = {
    name: undefined,
    definition: source,
    run: undefined,
    dependencies: NONE,
    timeout: undefined,
    maxRetries: undefined,
    backoff: undefined,
    retryIf: undefined,
    continueOnFailure: undefined,
  };
  const placeOf = () => placeOfTask(spec.name, index);
  checkOptions(source, SCHEMAS, placeOf, report, '', keys, spec);
  const read = spec as unknown as { -readonly [Key in keyof TaskSpec]: TaskSpec[Key] };
  read.dependencies = readDependencies(read.dependencies, placeOf, report);
  read.backoff = readBackoff(read.backoff as Backoff | undefined, placeOf, report);
  return spec.name === undefined ? undefined : read;
}

const placeOfTask = (name: string | undefined, index: number): OptionPlace =>
  typeof name === 'string'
    ? { subject: `Task ${quote(name)}`, index, task: name }
    : { subject: `The task at index ${index}`, index };

const NONE: readonly string[] = [];

function readDependencies(
  source: Iterable<unknown>,
  placeOf: () => OptionPlace,
  report: (problem: OptionProblem) => void,
): readonly string[] {
  if (source === NONE) {
    return NONE;
  }
  try {
    const names = [...source];
    if (names.every(isString)) {
      return names;
    }
    for (const name of names) {
      if (!isString(name)) {
        report(wrongDependencies(placeOf(), name, `one that contains ${describeValue(name)}`));
      }
    }
    return names.filter(isString);
  } catch (error) {
    report(wrongDependencies(placeOf(), source, `an error when it was read (${describeValue(error)})`));
    return NONE;
  }
}

const isString = (value: unknown): value is string => typeof value === 'string';

function wrongDependencies({ subject, ...where }: OptionPlace, value: unknown, got: string): OptionProblem {
  const expected = 'an array or a Set of task names';
  const message = `${subject}: \`dependencies\` must be ${expected}, got ${got}`;
  return { code: 'invalidOption', ...where, option: 'dependencies', value, expected, message };
}
