import type { JobInput, SettledTaskState, TaskInput, TaskMessage, TaskSettled } from 'tintype/machines';

/** A dependency of a task completed, or the job of a task without dependencies started. */
export const COMPLETED = {
  type: 'dependency.settled',
  edge: 'completed',
  group: 0,
  blocker: null,
} as const satisfies TaskMessage;

export const TASK_INPUT: TaskInput = {
  task: 'a',
  dependencies: [],
  anyOf: 0,
  isConditional: false,
  maxRetries: 0,
  timeout: null,
  continueOnFailure: false,
};

export const JOB_INPUT: JobInput = { tasks: 1, slots: 1, timeout: null, onFailure: 'stop' };

const BY = { completed: 'attempt', failed: 'attempt', cancelled: 'stop', skipped: 'stop' } as const;

/** A task has settled: an attempt settled it, or the end of its job. */
export const taskSettled = (task: string, state: SettledTaskState): TaskSettled => ({
  type: 'task.settled',
  task,
  state,
  by: BY[state],
  continueOnFailure: false,
});
