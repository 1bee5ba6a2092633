import type { FailureReason, JobState, StopReason, TaskState } from '../machines/events.ts';
import { JobCancelledError } from './errors/job-cancelled-error.ts';
import { JobFailedError } from './errors/job-failed-error.ts';
import { JobTimedOutError } from './errors/job-timed-out-error.ts';

/** What became of a task, or how it stands. */
export interface TaskReport<Name extends string = string> {
  readonly task: Name;
  readonly state: TaskState;
  /** How many attempts have begun. */
  readonly attempts: number;
  /** What the task failed with; while it is repeated, what its last attempt failed with. */
  readonly error?: unknown;
  /** Why it failed, was cancelled or was skipped; while it is repeated, why its last attempt failed. */
  readonly reason?: FailureReason | StopReason;
  /** When its first attempt began: milliseconds since 1970-01-01 UTC, as the job's clock tells it. */
  readonly startedAt?: number;
  /** When it settled, likewise. */
  readonly endedAt?: number;
}

/** Which task made the job fail, and why. */
export interface TaskFailure<Name extends string = string> {
  readonly task: Name;
  readonly reason: FailureReason;
  /** The very thing thrown, a TaskTimedOutError, an InvalidResultError or a RetryPolicyError. */
  readonly error: unknown;
  /** How many attempts were made. */
  readonly attempts: number;
}

interface Settled<Context extends object, Name extends string> {
  /** A frozen object: the initial values, and what each completed task returned. */
  readonly context: Context;
  /** What became of each task, in the order of definition. */
  readonly tasks: ReadonlyMap<Name, TaskReport<Name>>;
}

export interface JobCompleted<Context extends object, Name extends string> extends Settled<Context, Name> {
  readonly state: 'completed';
}

export interface JobFailed<Context extends object, Name extends string> extends Settled<Partial<Context>, Name> {
  readonly state: 'failed';
  readonly failure: TaskFailure<Name>;
}

export interface JobCancelled<Context extends object, Name extends string> extends Settled<Partial<Context>, Name> {
  readonly state: 'cancelled';
  /** What was given to `cancel()`, or the reason of the signal. */
  readonly reason: unknown;
}

export interface JobTimedOut<Context extends object, Name extends string> extends Settled<Partial<Context>, Name> {
  readonly state: 'timedOut';
  /** The timeout of the job, in milliseconds. */
  readonly timeout: number;
}

/** How a job ended. Tell the four kinds apart by `state`. */
export type JobResult<Context extends object = Record<string, unknown>, Name extends string = string> =
  | JobCompleted<Context, Name>
  | JobFailed<Context, Name>
  | JobCancelled<Context, Name>
  | JobTimedOut<Context, Name>;

/** How a job stands. */
export interface JobSnapshot<Context extends object = Record<string, unknown>, Name extends string = string>
  extends Settled<Partial<Context>, Name> {
  readonly id: string;
  readonly state: JobState;
}

/** Why a job ended before all its tasks were done. */
export type EarlyEnd =
  | { readonly state: 'failed'; readonly failure: TaskFailure }
  | { readonly state: 'cancelled'; readonly reason: unknown }
  | { readonly state: 'timedOut'; readonly timeout: number };

/** The error that says why a job ended early. */
export function errorOf(end: EarlyEnd): JobFailedError | JobCancelledError | JobTimedOutError {
  switch (end.state) {
    case 'failed':
      return new JobFailedError(end.failure);
    case 'cancelled':
      return new JobCancelledError(end.reason);
    case 'timedOut':
      return new JobTimedOutError(end.timeout);
  }
}

const results = new WeakSet<object>();

/** Makes a result known as such, so that a task which returns it is seen to return a job. */
export function markResult<Result extends JobResult>(result: Result): Result {
  results.add(result);
  return Object.freeze(result);
}

export const isResult = (value: unknown): value is JobResult =>
  typeof value === 'object' && value !== null && results.has(value);

/** Gives the context of a completed job, and throws the error of any other. */
export function contextOf<Context extends object>(result: JobResult<Context>): Context {
  if (result.state !== 'completed') {
    throw errorOf(result);
  }
  return result.context;
}
