import type { JobState } from '../machines/events.ts';
import type { TintypeError } from '../values/tintype-error.ts';
import { errorOf } from './early-end.ts';
import type { TaskFailure, TaskReport } from './events/task-report.ts';

interface Settled<Context extends object, Name extends string, Workflow extends string> {
  /** The name of the workflow; `job` for an array of tasks. */
  readonly workflow: Workflow;
  /** A frozen object with the initial values and everything that completed tasks returned. */
  readonly context: Context;
  /** A report on each task, in definition order. In JSON, it is an array of the reports. */
  readonly tasks: ReadonlyMap<Name, TaskReport<Name>>;
}

interface Ended<Context extends object, Name extends string, Workflow extends string> extends Settled<Context, Name, Workflow> {
  /** The tasks that failed without `continueOnFailure`, and the failed undos, in the order they failed. */
  readonly failures: readonly TaskFailure<Name>[];
  /** Whether tasks were undone, and whether all that had to be were. */
  readonly undo: 'none' | 'done' | 'incomplete';
}

export interface JobCompleted<Context extends object, Name extends string, Workflow extends string = string>
  extends Ended<Context, Name, Workflow> {
  readonly state: 'completed';
}

export interface JobFailed<Context extends object, Name extends string, Workflow extends string = string>
  extends Ended<Partial<Context>, Name, Workflow> {
  readonly state: 'failed';
  /** The first of the `failures`. */
  readonly failure: TaskFailure<Name>;
}

export interface JobCancelled<Context extends object, Name extends string, Workflow extends string = string>
  extends Ended<Partial<Context>, Name, Workflow> {
  readonly state: 'cancelled';
  /** The argument of `cancel()`, or the reason of the signal. */
  readonly reason: unknown;
}

export interface JobTimedOut<Context extends object, Name extends string, Workflow extends string = string>
  extends Ended<Partial<Context>, Name, Workflow> {
  readonly state: 'timedOut';
  /** The timeout of the job, in milliseconds. */
  readonly timeout: number;
}

/** The job left this process: it was suspended, or it can't continue here. Its saved state is unaffected, so `resume` may continue it. */
export interface JobDetached<Context extends object, Name extends string, Workflow extends string = string>
  extends Ended<Partial<Context>, Name, Workflow> {
  readonly state: 'detached';
  /** Why: a JobSuspendedError, JobStoreError or WorkflowChangedError, or the error of a closed executor. Check its `code`. */
  readonly error: TintypeError;
}

/** How a job ended. `state` discriminates the union. */
export type JobResult<
  Context extends object = Record<string, unknown>,
  Name extends string = string,
  Workflow extends string = string,
> =
  | JobCompleted<Context, Name, Workflow>
  | JobFailed<Context, Name, Workflow>
  | JobCancelled<Context, Name, Workflow>
  | JobTimedOut<Context, Name, Workflow>
  | JobDetached<Context, Name, Workflow>;

/** The current state of a job. */
export interface JobSnapshot<
  Context extends object = Record<string, unknown>,
  Name extends string = string,
  Workflow extends string = string,
> extends Settled<Partial<Context>, Name, Workflow> {
  readonly id: string;
  readonly state: JobState;
}

const results = new WeakSet<object>();

/** Makes a result known as such, so that a task which returns it is seen to return a job. */
export function markResult<Result extends JobResult>(result: Result): Result {
  results.add(result);
  return Object.freeze(result);
}

export const isResult = (value: unknown): value is JobResult =>
  typeof value === 'object' && value !== null && results.has(value);

/** Returns the context of a completed job, and throws the error of any other. */
export function contextOf<Context extends object>(result: JobResult<Context>): Context {
  if (result.state !== 'completed') {
    throw errorOf(result);
  }
  return result.context;
}
