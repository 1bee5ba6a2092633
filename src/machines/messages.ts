import type { FailureReason, SettledTaskState, StopReason } from './events.ts';

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

/** What bounds a job. */
export interface JobLimits {
  /** How many attempts may run at the same time. */
  readonly slots: number;
  /** The longest the job may take, in milliseconds. */
  readonly timeout: number | null;
}

export interface JobStart {
  readonly type: 'job.start';
  /** What holds from now on, where it is not what the job was made with. */
  readonly limits?: JobLimits;
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

/** A task is in a state that it can't leave. */
export interface TaskSettled {
  readonly type: 'task.settled';
  readonly task: string;
  readonly state: SettledTaskState;
  readonly continueOnFailure: boolean;
}

/** Every task of an ending job has been told to stop; carries what the last event of the job tells. */
export interface TasksStopped {
  readonly type: 'tasks.stopped';
  readonly failedTask?: string;
  readonly reason?: unknown;
  readonly error?: unknown;
}

export type JobMessage = JobStart | JobCancel | SlotRequested | SlotReleased | TaskSettled | TasksStopped;
