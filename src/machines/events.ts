/** Why an attempt or a task failed. */
export type FailureReason = 'exception' | 'timedOut' | 'invalidResult';

/** Why an attempt failed that can be retried; an invalid result can't. */
export type RetryReason = 'exception' | 'timedOut';

/** Why a task was stopped before it could complete. */
export type StopReason = 'jobFailed' | 'jobCancelled' | 'jobTimedOut' | 'jobDetached';

/** Why a task was skipped: its condition, a dependency that it required to complete, or the end of its job. */
export type SkipReason = 'condition' | 'dependency' | StopReason;

/** The states of a task, in the order it can enter them. */
export const TASK_STATES = [
  'unscheduled',
  'ready',
  'running',
  'backingOff',
  'completed',
  'failed',
  'cancelled',
  'skipped',
  'undoing',
  'undone',
  'undoFailed',
] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** The event type for each task state. */
export const TASK_EVENTS: Readonly<Record<TaskState, string>> = /* @__PURE__ */ (() =>
  Object.fromEntries(TASK_STATES.map((state) => [state, `task.${state}`])) as Record<TaskState, string>)();

/** The states a task can't leave. */
export type SettledTaskState = 'completed' | 'failed' | 'cancelled' | 'skipped';

/** The states of a job, in the order it can enter them. */
export const JOB_STATES = [
  'idle',
  'running',
  'undoing',
  'finishing',
  'completed',
  'failed',
  'cancelled',
  'timedOut',
  'detached',
] as const;
export type JobState = (typeof JOB_STATES)[number];

/** The states of a job that has started and not ended. */
export type JobPhase = 'running' | 'undoing' | 'finishing';

/** The fields that every task event has. */
interface TaskTransition {
  /** The name of the task. */
  readonly task: string;
  /** The number of attempts started so far; 0 before the first. */
  readonly attempt: number;
}

/** The task is waiting for a slot: its dependencies and its condition let it run, or it will be retried. */
export interface TaskReadyEvent extends TaskTransition {
  readonly type: 'task.ready';
  /** The previous state. */
  readonly from: 'unscheduled' | 'running' | 'backingOff';
  /** The new state. */
  readonly to: 'ready';
  /** Why the last attempt failed; only if `from` is `running`. */
  readonly reason?: RetryReason;
  /** The error of the last attempt; only if `from` is `running`. */
  readonly error?: unknown;
}

/** An attempt starts. The task's function is called after this event. */
export interface TaskRunningEvent extends TaskTransition {
  readonly type: 'task.running';
  /** The previous state. */
  readonly from: 'ready';
  /** The new state. */
  readonly to: 'running';
}

/** An attempt failed and will be retried after a delay. The task holds no slot while it waits. */
export interface TaskBackingOffEvent extends TaskTransition {
  readonly type: 'task.backingOff';
  /** The previous state. */
  readonly from: 'running';
  /** The new state. */
  readonly to: 'backingOff';
  /** Why the attempt failed. */
  readonly reason: RetryReason;
  /** The error of the attempt. */
  readonly error: unknown;
  /** The delay before the next attempt, in milliseconds. */
  readonly delay: number;
}

/** The task returned a valid result, which is already in the context. */
export interface TaskCompletedEvent extends TaskTransition {
  readonly type: 'task.completed';
  /** The previous state. */
  readonly from: 'running';
  /** The new state. */
  readonly to: 'completed';
  /** The value the task returned. */
  readonly output: object | undefined;
}

/** The task failed and will not be retried. */
export interface TaskFailedEvent extends TaskTransition {
  readonly type: 'task.failed';
  /** The previous state; `unscheduled` if its `when` threw, or returned anything but true or false. */
  readonly from: 'unscheduled' | 'running';
  /** The new state. */
  readonly to: 'failed';
  /** Why the last attempt failed; `exception` for a failed `when`. */
  readonly reason: FailureReason;
  /**
   * The error of the last attempt, or of `when`: the value thrown, or a TaskTimedOutError, InvalidResultError, RetryPolicyError or
   * InvalidConditionError.
   */
  readonly error: unknown;
}

/** The job ended while the task was ready, running or backing off. */
export interface TaskCancelledEvent extends TaskTransition {
  readonly type: 'task.cancelled';
  /** The previous state. */
  readonly from: 'ready' | 'running' | 'backingOff';
  /** The new state. */
  readonly to: 'cancelled';
  /** Why the job ended. */
  readonly reason: StopReason;
}

/** The task doesn't run: its condition or its dependencies don't let it, or the job ended first. */
export interface TaskSkippedEvent extends TaskTransition {
  readonly type: 'task.skipped';
  /** The previous state. */
  readonly from: 'unscheduled';
  /** The new state. */
  readonly to: 'skipped';
  /** `condition`, `dependency`, or why the job ended. */
  readonly reason: SkipReason;
  /**
   * If `reason` is `dependency`: the task that failed, or was skipped by its own condition, and so kept this one from running. Of several,
   * the first in the workflow order.
   */
  readonly origin?: string;
}

/** The task is being undone; emitted for each step. */
export interface TaskUndoingEvent {
  readonly type: 'task.undoing';
  /** The name of the task. */
  readonly task: string;
  /** The previous state. */
  readonly from: 'completed' | 'failed' | 'cancelled' | 'undoing';
  /** The new state. */
  readonly to: 'undoing';
  /** What the undo does now: it waits for a slot, its function is called, or it waits to be retried. */
  readonly step: 'ready' | 'running' | 'backingOff';
  /** The number of attempts to undo it that have started; 0 before the first. */
  readonly attempt: number;
  /** Why the last of them failed; only if it did just now. */
  readonly reason?: RetryReason;
  /** The error of that attempt. */
  readonly error?: unknown;
  /** The delay before the next attempt, in milliseconds; only if `step` is `backingOff`. */
  readonly delay?: number;
}

/** The task was undone. */
export interface TaskUndoneEvent {
  readonly type: 'task.undone';
  /** The name of the task. */
  readonly task: string;
  /** The previous state. */
  readonly from: 'undoing';
  /** The new state. */
  readonly to: 'undone';
  /** The number of attempts it took. */
  readonly attempt: number;
}

/** The task could not be undone. The tasks it depends on are left as they are. */
export interface TaskUndoFailedEvent {
  readonly type: 'task.undoFailed';
  /** The name of the task. */
  readonly task: string;
  /** The previous state. */
  readonly from: 'undoing';
  /** The new state. */
  readonly to: 'undoFailed';
  /** The number of attempts that were made. */
  readonly attempt: number;
  /** Why the last of them failed. */
  readonly reason: FailureReason;
  /** Its error. */
  readonly error: unknown;
}

/** The job started. */
export interface JobRunningEvent {
  readonly type: 'job.running';
  /** The previous state. */
  readonly from: 'idle';
  /** The new state. */
  readonly to: 'running';
}

/** The job won't complete, and what its tasks did is being undone. */
export interface JobUndoingEvent {
  readonly type: 'job.undoing';
  /** The previous state. */
  readonly from: 'running';
  /** The new state. */
  readonly to: 'undoing';
  /** How the job will end. */
  readonly ending: 'failed' | 'cancelled' | 'timedOut';
}

/** All tasks have settled, and the finally tasks run. */
export interface JobFinishingEvent {
  readonly type: 'job.finishing';
  /** The previous state. */
  readonly from: 'running' | 'undoing';
  /** The new state. */
  readonly to: 'finishing';
  /** How the job will end, if no finally task fails. */
  readonly ending: 'completed' | 'failed' | 'cancelled' | 'timedOut';
}

/** Every task completed, was skipped, or failed with `continueOnFailure`. */
export interface JobCompletedEvent {
  readonly type: 'job.completed';
  /** The previous state. */
  readonly from: JobPhase;
  /** The new state. */
  readonly to: 'completed';
}

/** A task without `continueOnFailure` failed. Of several, the fields are about the first. */
export interface JobFailedEvent {
  readonly type: 'job.failed';
  /** The previous state. */
  readonly from: JobPhase;
  /** The new state. */
  readonly to: 'failed';
  /** The name of the task that failed. */
  readonly failedTask: string;
  /** Why the task failed. */
  readonly reason: FailureReason;
  /** The error of that task. */
  readonly error: unknown;
}

/** The job was cancelled, through `cancel()` or its `signal`. */
export interface JobCancelledEvent {
  readonly type: 'job.cancelled';
  /** The previous state. */
  readonly from: 'idle' | JobPhase;
  /** The new state. */
  readonly to: 'cancelled';
  /** The argument of `cancel()`, or the signal's reason. */
  readonly reason: unknown;
}

/** The job exceeded its `timeout`. */
export interface JobTimedOutEvent {
  readonly type: 'job.timedOut';
  /** The previous state. */
  readonly from: JobPhase;
  /** The new state. */
  readonly to: 'timedOut';
}

/** The job left this process: it was suspended, or it can't go on here. Its saved state is unaffected. */
export interface JobDetachedEvent {
  readonly type: 'job.detached';
  /** The previous state. */
  readonly from: 'idle' | JobPhase;
  /** The new state. */
  readonly to: 'detached';
  /** Why: a JobSuspendedError, JobStoreError or WorkflowChangedError, or the error of a closed executor. */
  readonly error: unknown;
}

/** The events a task machine emits, one per transition. */
export type TaskEmitted =
  | TaskReadyEvent
  | TaskRunningEvent
  | TaskBackingOffEvent
  | TaskCompletedEvent
  | TaskFailedEvent
  | TaskCancelledEvent
  | TaskSkippedEvent;

/** The events of a task that is undone, one per transition. */
export type UndoEmitted = TaskUndoingEvent | TaskUndoneEvent | TaskUndoFailedEvent;

/** The events a job machine emits, one per transition. */
export type JobEmitted =
  | JobRunningEvent
  | JobUndoingEvent
  | JobFinishingEvent
  | JobCompletedEvent
  | JobFailedEvent
  | JobCancelledEvent
  | JobTimedOutEvent
  | JobDetachedEvent;

/** The fields the runtime adds to each event of a job. */
export interface EventStamp {
  /** The event's number within its job, starting at 1. */
  readonly sequence: number;
  /** When it happened, by the job's clock: milliseconds since 1970-01-01 UTC. */
  readonly at: number;
  /** Set if the event happened in an earlier process and is emitted again after a resume; `at` is the original time. */
  readonly restored?: true;
}

/** A transition of the job or one of its tasks, as listeners receive it. */
export type JobEvent = (TaskEmitted | UndoEmitted | JobEmitted) & EventStamp;
