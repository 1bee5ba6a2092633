const JOB = [
  'idle -> running',
  'idle -> cancelled',
  'idle -> detached',
  ...['completed', 'failed', 'cancelled', 'timedOut', 'detached', 'undoing', 'finishing'].map((to) => `running -> ${to}`),
  ...['failed', 'cancelled', 'timedOut', 'detached', 'finishing'].map((to) => `undoing -> ${to}`),
  ...['completed', 'failed', 'cancelled', 'timedOut', 'detached'].map((to) => `finishing -> ${to}`),
];

const TASK = [
  'unscheduled -> ready',
  'unscheduled -> skipped',
  'unscheduled -> failed',
  'ready -> running',
  'ready -> cancelled',
  'running -> ready',
  'running -> backingOff',
  'running -> completed',
  'running -> failed',
  'running -> cancelled',
  'backingOff -> ready',
  'backingOff -> cancelled',
];

const UNDO = [
  'completed -> undoing',
  'failed -> undoing',
  'cancelled -> undoing',
  'undoing -> undoing',
  'undoing -> undone',
  'undoing -> undoFailed',
];

/** The legal transitions of a job and its tasks as documented, written down independently of the machines. */
export const LEGAL_TRANSITIONS: Readonly<Record<'job' | 'task' | 'undo', ReadonlySet<string>>> = {
  job: new Set(JOB),
  task: new Set(TASK),
  undo: new Set(UNDO),
};

const SETTLED = new Set(['completed', 'failed', 'cancelled', 'skipped', 'timedOut', 'detached']);

/** Whether a state is final for a job or a task. */
export const isSettled = (state: string): boolean => SETTLED.has(state);
