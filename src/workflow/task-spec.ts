import * as v from 'valibot';
import { checkOptions, type OptionPlace, type OptionProblem } from './check-options.ts';
import { describeValue, quote } from './describe-value.ts';
import { flag, func, milliseconds, retries, text } from './option-schemas.ts';
import { RETRY_SCHEMAS, type ReadBackoff, readBackoff } from './retry-options.ts';
import type { TaskDefinition, TaskOptions } from './task-definition.ts';

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
  dependencies: v.optional(v.custom(isArrayOrSet, 'an array or a Set of task names')),
  timeout: v.optional(milliseconds(1)),
  maxRetries: v.optional(retries),
  ...RETRY_SCHEMAS,
  continueOnFailure: v.optional(flag),
};

/**
 * Checks one element of an array of tasks and copies it; invalid options are omitted and go to `report`. A task with a name is
 * returned anyway, for the tasks that depend on it.
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
    backoff: readBackoff(backoff, placeOfTask, report),
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
        reject(name, `one that contains ${describeValue(name)}`);
      }
    }
  } catch (error) {
    reject(source, `an error when it was read (${describeValue(error)})`);
  }
  return names.length > 1 ? [...new Set(names)] : names;
}
