const JOB = [
  'idle -> running',
  'idle -> cancelled',
  'idle -> detached',
  ...['completed', 'failed', 'cancelled', 'timedOut', 'detached'].map((to) => `running -> ${to}`),
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

/** The legal transitions of a job and its tasks as documented, written down independently of the machines. */
export const LEGAL_TRANSITIONS: { readonly job: ReadonlySet<string>; readonly task: ReadonlySet<string> } = {
  job: new Set(JOB),
  task: new Set(TASK),
};

const SETTLED = new Set(['completed', 'failed', 'cancelled', 'skipped', 'timedOut', 'detached']);

/** Whether a state is final for a job or a task. */
export const isSettled = (state: string): boolean => SETTLED.has(state);
