import { quote } from '../values/describe-value.ts';
import { condition, type ReadCondition, readCondition } from './condition.ts';
import { checkOptions, type OptionPlace } from './options/check-options.ts';
import { flag, func, milliseconds, optional, retries, schema, text } from './options/option-schemas.ts';
import { backoff, type ReadBackoff, readBackoff, retryIf } from './options/retry-options.ts';
import { DEPENDENCIES, type Edges, isArrayOrSet, NO_EDGES, readDependencies, type TaskProblem } from './read-dependencies.ts';
import type { Backoff, Condition, TaskDefinition, TaskOptions } from './task-definition.ts';

/** A task definition that has been checked and copied: nothing the caller does later changes it. */
export interface TaskSpec extends Omit<TaskOptions, 'backoff'>, Edges {
  readonly name: string;
  /** The caller's own object, which is the `this` of its functions. */
  readonly definition: object;
  readonly run: TaskDefinition['run'];
  readonly backoff: ReadBackoff | undefined;
  readonly when: ReadCondition | undefined;
}

const SCHEMAS = {
  name: text,
  run: func,
  dependencies: optional(schema(DEPENDENCIES, isArrayOrSet)),
  when: condition,
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
  report: (problem: TaskProblem) => void,
): TaskSpec | undefined {
  const spec = {
    name: undefined,
    definition: source,
    run: undefined,
    dependencies: undefined,
    edges: undefined,
    anyOf: 0,
    when: undefined,
    timeout: undefined,
    maxRetries: undefined,
    backoff: undefined,
    retryIf: undefined,
    continueOnFailure: undefined,
  };
  const placeOf = () => placeOfTask(spec.name, index);
  checkOptions(source, SCHEMAS, placeOf, report, '', keys, spec);
  const read = spec as unknown as { -readonly [Key in keyof TaskSpec]: TaskSpec[Key] };
  const { dependencies, edges, anyOf } =
    spec.dependencies === undefined ? NO_EDGES : readDependencies(spec.dependencies, placeOf, report);
  read.dependencies = dependencies;
  read.edges = edges;
  read.anyOf = anyOf;
  read.when = readCondition(read.when as Condition | undefined, placeOf, report);
  read.backoff = readBackoff(read.backoff as Backoff | undefined, placeOf, report);
  return spec.name === undefined ? undefined : read;
}

const placeOfTask = (name: string | undefined, index: number): OptionPlace =>
  typeof name === 'string'
    ? { subject: `Task ${quote(name)}`, index, task: name }
    : { subject: `The task at index ${index}`, index };
