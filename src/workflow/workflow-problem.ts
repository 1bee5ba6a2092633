/** One problem with tasks or options. `message` is for people, the other fields are for programs. */
export type WorkflowProblem =
  | InvalidTasksProblem
  | InvalidTaskProblem
  | InvalidOptionProblem
  | UnknownOptionProblem
  | DuplicateNameProblem
  | MissingDependencyProblem
  | RepeatedDependencyProblem
  | EmptyAnyOfProblem
  | UnknownConditionProblem
  | FinallyDependencyProblem
  | FinallyUndoProblem
  | CycleProblem;

interface Problem {
  /** The problem, in one sentence. */
  readonly message: string;
}

/** The tasks are neither a workflow nor an array. */
export interface InvalidTasksProblem extends Problem {
  readonly code: 'invalidTasks';
  readonly value: unknown;
}

/** An element of the array is not an object. */
export interface InvalidTaskProblem extends Problem {
  readonly code: 'invalidTask';
  readonly index: number;
  readonly value: unknown;
}

/** An option has an invalid value, or reading it threw. */
export interface InvalidOptionProblem extends Problem {
  readonly code: 'invalidOption';
  /** The name of the task, if it has one; absent for an option of `run`. */
  readonly task?: string;
  /** The index of the task; absent for an option of `run`. */
  readonly index?: number;
  /** The name of the option, such as `backoff.initial`. */
  readonly option: string;
  readonly value: unknown;
  /** The valid values, in words. */
  readonly expected: string;
}

/** No option has this name. */
export interface UnknownOptionProblem extends Problem {
  readonly code: 'unknownOption';
  readonly task?: string;
  readonly index?: number;
  readonly option: string;
}

/** Several tasks have the same name. */
export interface DuplicateNameProblem extends Problem {
  readonly code: 'duplicateName';
  readonly task: string;
}

/** A task depends on one that doesn't exist. */
export interface MissingDependencyProblem extends Problem {
  readonly code: 'missingDependency';
  readonly task: string;
  readonly dependency: string;
}

/** A task names a dependency in two entries. */
export interface RepeatedDependencyProblem extends Problem {
  readonly code: 'repeatedDependency';
  readonly task: string;
  readonly dependency: string;
}

/** An `anyOf` names no task. */
export interface EmptyAnyOfProblem extends Problem {
  readonly code: 'emptyAnyOf';
  readonly task: string;
}

/** A `when` reads the output of a task that isn't one of its dependencies. */
export interface UnknownConditionProblem extends Problem {
  readonly code: 'unknownCondition';
  readonly task: string;
  readonly dependency: string;
}

/** An ordinary task depends on a finally task, or the reverse. */
export interface FinallyDependencyProblem extends Problem {
  readonly code: 'finallyDependency';
  readonly task: string;
  readonly dependency: string;
}

/** A finally task has an `undo`. */
export interface FinallyUndoProblem extends Problem {
  readonly code: 'finallyUndo';
  readonly task: string;
}

/** Tasks depend on each other in a cycle. */
export interface CycleProblem extends Problem {
  readonly code: 'cycle';
  /** The names along the cycle: each depends on the next, and the last is the first again. */
  readonly path: readonly string[];
}
