/** Why an attempt or a task failed. */
export type FailureReason = 'exception' | 'timedOut' | 'invalidResult';

/** Why an attempt failed that is repeated: an invalid result is not. */
export type RetryReason = 'exception' | 'timedOut';

/** Why a task was stopped before it could complete. */
export type StopReason = 'jobFailed' | 'jobCancelled' | 'jobTimedOut';

/** The states of a task, in the order in which it can go through them. */
export const TASK_STATES = [
  'unscheduled',
  'ready',
  'running',
  'backingOff',
  'completed',
  'failed',
  'cancelled',
  'skipped',
] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** The type of the event that tells of a state. */
export const TASK_EVENTS = Object.fromEntries(TASK_STATES.map((state) => [state, `task.${state}`])) as Record<
  TaskState,
  string
>;

/** The states that a task can't leave. */
export type SettledTaskState = 'completed' | 'failed' | 'cancelled' | 'skipped';

/** The states of a job, in the order in which it can go through them. */
export const JOB_STATES = ['idle', 'running', 'completed', 'failed', 'cancelled', 'timedOut'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** What every task event tells. */
interface TaskTransition {
  /** The name of the task. */
  readonly task: string;
  /** How many attempts the task has begun so far; 0 before the first. */
  readonly attempt: number;
}

/** The task waits for a slot: its dependencies completed, or it is to be repeated. */
export interface TaskReadyEvent extends TaskTransition {
  readonly type: 'task.ready';
  /** The state the task left. */
  readonly from: 'unscheduled' | 'running' | 'backingOff';
  /** The state the task is in. */
  readonly to: 'ready';
  /** When it comes from `running`: why the attempt failed. */
  readonly reason?: RetryReason;
  /** When it comes from `running`: what the attempt failed with. */
  readonly error?: unknown;
}

/** An attempt begins; the function of the task is called after this event. */
export interface TaskRunningEvent extends TaskTransition {
  readonly type: 'task.running';
  /** The state the task left. */
  readonly from: 'ready';
  /** The state the task is in. */
  readonly to: 'running';
}

/** An attempt failed and is repeated after a delay; the task holds no slot meanwhile. */
export interface TaskBackingOffEvent extends TaskTransition {
  readonly type: 'task.backingOff';
  /** The state the task left. */
  readonly from: 'running';
  /** The state the task is in. */
  readonly to: 'backingOff';
  /** Why the attempt failed. */
  readonly reason: RetryReason;
  /** What the attempt failed with. */
  readonly error: unknown;
  /** How long the task waits, in milliseconds. */
  readonly delay: number;
}

/** The task returned a valid result, which is in the context already. */
export interface TaskCompletedEvent extends TaskTransition {
  readonly type: 'task.completed';
  /** The state the task left. */
  readonly from: 'running';
  /** The state the task is in. */
  readonly to: 'completed';
  /** What the task returned. */
  readonly output: object | undefined;
}

/** The task failed for good. */
export interface TaskFailedEvent extends TaskTransition {
  readonly type: 'task.failed';
  /** The state the task left. */
  readonly from: 'running';
  /** The state the task is in. */
  readonly to: 'failed';
  /** Why its last attempt failed. */
  readonly reason: FailureReason;
  /** What its last attempt failed with: the very thing thrown, a TaskTimedOutError, an InvalidResultError or a RetryPolicyError. */
  readonly error: unknown;
}

/** The job ended while the task was ready, running or backing off. */
export interface TaskCancelledEvent extends TaskTransition {
  readonly type: 'task.cancelled';
  /** The state the task left. */
  readonly from: 'ready' | 'running' | 'backingOff';
  /** The state the task is in. */
  readonly to: 'cancelled';
  /** Why the job ended. */
  readonly reason: StopReason;
}

/** The job ended before the dependencies of the task completed. */
export interface TaskSkippedEvent extends TaskTransition {
  readonly type: 'task.skipped';
  /** The state the task left. */
  readonly from: 'unscheduled';
  /** The state the task is in. */
  readonly to: 'skipped';
  /** Why the job ended. */
  readonly reason: StopReason;
}

/** The job started. */
export interface JobRunningEvent {
  readonly type: 'job.running';
  /** The state the job left. */
  readonly from: 'idle';
  /** The state the job is in. */
  readonly to: 'running';
}

/** Every task completed, or failed with `continueOnFailure`. */
export interface JobCompletedEvent {
  readonly type: 'job.completed';
  /** The state the job left. */
  readonly from: 'running';
  /** The state the job is in. */
  readonly to: 'completed';
}

/** A task without `continueOnFailure` failed. */
export interface JobFailedEvent {
  readonly type: 'job.failed';
  /** The state the job left. */
  readonly from: 'running';
  /** The state the job is in. */
  readonly to: 'failed';
  /** The name of the task that failed. */
  readonly failedTask: string;
  /** Why that task failed. */
  readonly reason: FailureReason;
  /** What that task failed with. */
  readonly error: unknown;
}

/** The job was cancelled, by `cancel()` or its `signal`. */
export interface JobCancelledEvent {
  readonly type: 'job.cancelled';
  /** The state the job left. */
  readonly from: 'idle' | 'running';
  /** The state the job is in. */
  readonly to: 'cancelled';
  /** What was given to `cancel()`, or the reason of the signal. */
  readonly reason: unknown;
}

/** The job took longer than its `timeout`. */
export interface JobTimedOutEvent {
  readonly type: 'job.timedOut';
  /** The state the job left. */
  readonly from: 'running';
  /** The state the job is in. */
  readonly to: 'timedOut';
}

/** What the machine of a task emits: one event for each transition. */
export type TaskEmitted =
  | TaskReadyEvent
  | TaskRunningEvent
  | TaskBackingOffEvent
  | TaskCompletedEvent
  | TaskFailedEvent
  | TaskCancelledEvent
  | TaskSkippedEvent;

/** What the machine of a job emits: one event for each transition. */
export type JobEmitted = JobRunningEvent | JobCompletedEvent | JobFailedEvent | JobCancelledEvent | JobTimedOutEvent;

/** What the runtime adds to each event of a job. */
export interface EventStamp {
  /** The number of the event in its job, counted from 1. */
  readonly sequence: number;
  /** When it happened: milliseconds since 1970-01-01 UTC, as the job's clock tells it. */
  readonly at: number;
  /** Is there when it happened in an earlier process, and is told again because the job was resumed; `at` is when it happened then. */
  readonly restored?: true;
}

/** A transition of the job or of one of its tasks, as a listener gets it. */
export type JobEvent = (TaskEmitted | JobEmitted) & EventStamp;
