import type { EdgeKind } from '../workflow/read-dependencies.ts';
import type { FailureReason, JobPhase, JobState, SettledTaskState, StopReason } from './events.ts';

/** A task that keeps others from running because it failed or was skipped by its condition. */
export interface Blocker {
  readonly task: string;
  /** Its position in the workflow order. */
  readonly position: number;
}

/** A dependency of the task settled. A task without dependencies receives one of these when the job starts. */
export interface DependencySettled {
  readonly type: 'dependency.settled';
  readonly edge: EdgeKind;
  /** The index of the `anyOf` among those of the task; 0 for other edges. */
  readonly group: number;
  /** Null if the dependency completed. Otherwise, the task behind that: itself if it failed or was skipped by its condition. */
  readonly blocker: Blocker | null;
}

/** The condition of a task in a saved job has been evaluated; the decision follows once it is saved. */
export interface ConditionEvaluated {
  readonly type: 'condition.evaluated';
}

/** The condition of the task has been decided. */
export interface ConditionDecided {
  readonly type: 'condition.decided';
  /** Whether the task runs. */
  readonly holds: boolean;
}

/** The condition of the task threw or returned something other than a boolean. */
export interface ConditionFailed {
  readonly type: 'condition.failed';
  readonly error: unknown;
}

/** Allows a ready task to run one attempt. */
export interface SlotGranted {
  readonly type: 'slot.granted';
}

/** An attempt of a task in a saved job has ended, and its outcome is being saved. The outcome follows. */
export interface AttemptEnded {
  readonly type: 'attempt.ended';
  readonly attempt: number;
}

/** An attempt of the task returned a valid result. */
export interface AttemptSucceeded {
  readonly type: 'attempt.succeeded';
  readonly attempt: number;
  readonly output: object | undefined;
}

/** An attempt of the task failed; includes the decision of the retry policy. */
export interface AttemptFailed {
  readonly type: 'attempt.failed';
  readonly attempt: number;
  readonly reason: FailureReason;
  readonly error: unknown;
  /** Whether the retry policy wants another attempt; the machine enforces the maximum. */
  readonly retry: boolean;
  /** The backoff before it, in milliseconds. */
  readonly delay: number;
}

/** Stops a task in any state because its job is ending. */
export interface TaskCancel {
  readonly type: 'task.cancel';
  readonly reason: StopReason;
}

/** Stops a task unless it is running: no new attempt starts in its job. */
export interface TaskStop {
  readonly type: 'task.stop';
  readonly reason: StopReason;
}

/** A message to the machine of a task. */
export type TaskMessage =
  | DependencySettled
  | ConditionEvaluated
  | ConditionDecided
  | ConditionFailed
  | SlotGranted
  | AttemptEnded
  | AttemptSucceeded
  | AttemptFailed
  | TaskCancel
  | TaskStop;

/** An end before which tasks can be undone. */
export type UndoneEnd = 'failed' | 'cancelled' | 'timedOut';

/**
 * What a job does when a task without `continueOnFailure` fails: it stops all tasks, lets running attempts finish and starts no new ones, or
 * runs everything that doesn't depend on the failure. In each case, it fails.
 */
export type OnFailure = 'stop' | 'finishRunning' | 'keepGoing';

/** The limits of a job, and what limits it after a failure. */
export interface JobLimits {
  /** The maximum number of attempts that run at the same time. */
  readonly slots: number;
  /** The timeout of the job, in milliseconds; null for none. */
  readonly timeout: number | null;
  readonly onFailure: OnFailure;
  /** The ends before which tasks are undone. */
  readonly undo: readonly UndoneEnd[];
  /** How the job will end, if that was saved before it was resumed. */
  readonly ending?: Exclude<EndState, 'detached'> | undefined;
}

/** Starts the job. */
export interface JobStart {
  readonly type: 'job.start';
  /** Limits that replace those the job was created with. */
  readonly limits?: JobLimits;
}

/** Cancels the job. */
export interface JobCancel {
  readonly type: 'job.cancel';
  readonly reason: unknown;
}

/** The job can no longer be saved, or is suspended: it ends in this process only. */
export interface JobDetach {
  readonly type: 'job.detach';
  readonly error: unknown;
}

/** A ready task wants a slot. */
export interface SlotRequested {
  readonly type: 'slot.requested';
  readonly task: string;
}

/** A task whose attempt failed releases its slot. */
export interface SlotReleased {
  readonly type: 'slot.released';
  readonly task: string;
}

/** A task has reached a final state. */
export interface TaskSettled {
  readonly type: 'task.settled';
  readonly task: string;
  readonly state: SettledTaskState;
  /** What settled it: an attempt, whose slot is free now, its dependencies or condition, or the end of the job. */
  readonly by: 'attempt' | 'decision' | 'stop';
  readonly continueOnFailure: boolean;
}

/** The undo is planned: how many tasks to undo. */
export interface UndoPlanned {
  readonly type: 'undo.planned';
  readonly tasks: number;
}

/** The coming end of the job is saved, or there is no store. */
export interface EndingSaved {
  readonly type: 'ending.saved';
}

/** The end of the job is saved, or needn't be; carries the details of the job's last event. */
export interface EndSaved {
  readonly type: 'end.saved';
  readonly failedTask?: string;
  readonly reason?: unknown;
  readonly error?: unknown;
}

/** A message to the machine of a job. */
export type JobMessage =
  | JobStart
  | JobCancel
  | JobDetach
  | SlotRequested
  | SlotReleased
  | TaskSettled
  | UndoPlanned
  | EndingSaved
  | EndSaved;

/** How a job ends. */
export type EndState = Exclude<JobState, 'idle' | JobPhase>;
