/** One thing that is wrong with tasks or options. `message` says it to a person, the other fields to a program. */
export type WorkflowProblem =
  | InvalidTasksProblem
  | InvalidTaskProblem
  | InvalidOptionProblem
  | UnknownOptionProblem
  | DuplicateNameProblem
  | MissingDependencyProblem
  | OptionalDependencyProblem
  | CycleProblem;

interface Problem {
  /** What is wrong, in a sentence. */
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

/** An option has a value that is not allowed, or reading it threw. */
export interface InvalidOptionProblem extends Problem {
  readonly code: 'invalidOption';
  /** The name of the task, where it has one; absent for an option of `run`. */
  readonly task?: string;
  /** The place of the task in the array; absent for an option of `run`. */
  readonly index?: number;
  /** The name of the option, as in `backoff.initial`. */
  readonly option: string;
  readonly value: unknown;
  /** What is allowed. */
  readonly expected: string;
}

/** There is no option of this name. */
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

/** A task depends on one that is not there. */
export interface MissingDependencyProblem extends Problem {
  readonly code: 'missingDependency';
  readonly task: string;
  readonly dependency: string;
}

/** A task with `continueOnFailure` has others that depend on it: they could never run if it failed. */
export interface OptionalDependencyProblem extends Problem {
  readonly code: 'optionalDependency';
  readonly task: string;
  readonly dependents: readonly string[];
}

/** Tasks depend on each other in a circle. */
export interface CycleProblem extends Problem {
  readonly code: 'cycle';
  /** The names on the circle; each depends on the next, and the last is the first again. */
  readonly path: readonly string[];
}
