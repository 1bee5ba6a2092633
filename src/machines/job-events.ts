import type { FailureReason, JobPhase } from './states.ts';

/** The job started. */
export interface JobRunningEvent {
  readonly type: 'job.running';
  /** The previous state. */
  readonly from: 'idle';
  /** The new state. */
  readonly to: 'running';
}

/** The job won't complete, and it is undoing its tasks. */
export interface JobUndoingEvent {
  readonly type: 'job.undoing';
  /** The previous state. */
  readonly from: 'running';
  /** The new state. */
  readonly to: 'undoing';
  /** How the job will end. */
  readonly ending: 'failed' | 'cancelled' | 'timedOut';
}

/** All ordinary tasks have settled and been undone; the finally tasks can run. */
export interface JobFinishingEvent {
  readonly type: 'job.finishing';
  /** The previous state. */
  readonly from: 'running' | 'undoing';
  /** The new state. */
  readonly to: 'finishing';
  /** How the job will end unless a finally task fails. */
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

/** A task without `continueOnFailure` failed. If several failed, the fields describe the first. */
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

/** The job left this process: it was suspended, or it can't continue here. Its saved state is unaffected. */
export interface JobDetachedEvent {
  readonly type: 'job.detached';
  /** The previous state. */
  readonly from: 'idle' | JobPhase;
  /** The new state. */
  readonly to: 'detached';
  /** Why: a JobSuspendedError, JobStoreError or WorkflowChangedError, or the error of a closed executor. */
  readonly error: unknown;
}

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
