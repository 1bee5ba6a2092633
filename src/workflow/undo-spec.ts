import { checkOptions, type OptionPlace, type OptionProblem } from './options/check-options.ts';
import { func, milliseconds, optional, retries, schema } from './options/option-schemas.ts';
import { backoff, type ReadBackoff, readBackoff, retryIf } from './options/retry-options.ts';
import type { TaskDefinition, UndoFunction, UndoOptions } from './task-definition.ts';

/** The time limit of attempts to undo a task, and of finally tasks, that set none: every job ends. */
export const LAST_TIMEOUT = 60_000;

/** What reverses a task, checked and copied. */
export interface UndoSpec extends Omit<UndoOptions, 'backoff'> {
  readonly run: UndoFunction<object>;
  /** The caller's own object, which is the `this` of its functions. */
  readonly definition: object;
  readonly backoff: ReadBackoff | undefined;
  readonly timeout: number;
}

export const undo = optional(
  schema('a function, or an object with a function `run`', (value) => typeof value === 'function' || isObject(value)),
);

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const SCHEMAS = {
  run: func,
  timeout: optional(milliseconds(1)),
  maxRetries: optional(retries),
  backoff,
  retryIf,
};

/** Reads an `undo` that has passed its schema; problems with its keys go to `report`. */
export function readUndo(
  source: TaskDefinition['undo'],
  task: object,
  placeOf: () => OptionPlace,
  report: (problem: OptionProblem) => void,
): UndoSpec | undefined {
  if (typeof source !== 'object') {
    return source && { run: source, definition: task, backoff: undefined, timeout: LAST_TIMEOUT };
  }
  const options = checkOptions(source, SCHEMAS, placeOf, report, 'undo.') as unknown as Exclude<typeof source, undefined>;
  return {
    ...options,
    timeout: options.timeout ?? LAST_TIMEOUT,
    definition: source,
    backoff: readBackoff(options.backoff, placeOf, report, 'undo.'),
  };
}
