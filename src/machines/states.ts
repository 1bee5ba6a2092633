/** Why an attempt or a task failed. */
export type FailureReason = 'exception' | 'timedOut' | 'invalidResult';

/** Why an attempt that can be retried failed; invalid results are never retried. */
export type RetryReason = 'exception' | 'timedOut';

/** Why a task was stopped before it could complete. */
export type StopReason = 'jobFailed' | 'jobCancelled' | 'jobTimedOut' | 'jobDetached';

/** Why a task was skipped: its condition, its dependencies, or the end of its job. */
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
