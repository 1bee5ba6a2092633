import type { FailureReason, StopReason } from './events.ts';

/** Tells a task that a dependency completed; a task without dependencies is told so once, when the job starts. */
export interface DependencyCompleted {
  readonly type: 'dependency.completed';
}

/** Gives a ready task the right to run one attempt. */
export interface SlotGranted {
  readonly type: 'slot.granted';
}

/** Tells a task that an attempt returned a valid result. */
export interface AttemptSucceeded {
  readonly type: 'attempt.succeeded';
  readonly attempt: number;
  readonly output: object | undefined;
}

/** Tells a task that an attempt failed, and what the retry policy says to it. */
export interface AttemptFailed {
  readonly type: 'attempt.failed';
  readonly attempt: number;
  readonly reason: FailureReason;
  readonly error: unknown;
  /** Whether the retry policy wants another attempt; the machine counts how many may be had. */
  readonly retry: boolean;
  /** How long to wait before it, in milliseconds. */
  readonly delay: number;
}

/** Stops a task, whatever it does, because its job ends. */
export interface TaskCancel {
  readonly type: 'task.cancel';
  readonly reason: StopReason;
}

export type TaskMessage = DependencyCompleted | SlotGranted | AttemptSucceeded | AttemptFailed | TaskCancel;

/** What a settled task tells its job, as the output of its machine. */
export interface TaskOutcome {
  readonly task: string;
  readonly state: 'completed' | 'failed' | 'cancelled' | 'skipped';
  readonly continueOnFailure: boolean;
}

export interface JobStart {
  readonly type: 'job.start';
}

export interface JobCancel {
  readonly type: 'job.cancel';
  readonly reason: unknown;
}

/** A ready task wants a slot. */
export interface SlotRequested {
  readonly type: 'slot.requested';
  readonly task: string;
}

/** A task whose attempt failed gives its slot back. */
export interface SlotReleased {
  readonly type: 'slot.released';
  readonly task: string;
}

/** A task is settled; XState sends this when the machine of the task is done. */
export interface TaskDone {
  readonly type: `xstate.done.actor.${string}`;
  readonly output: TaskOutcome;
}

/** Every task of an ending job has been told to stop; carries what the last event of the job tells. */
export interface TasksStopped {
  readonly type: 'tasks.stopped';
  readonly failedTask?: string;
  readonly reason?: unknown;
  readonly error?: unknown;
}

export type JobMessage = JobStart | JobCancel | SlotRequested | SlotReleased | TaskDone | TasksStopped;
