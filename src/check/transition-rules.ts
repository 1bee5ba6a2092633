const JOB = [
  'idle -> running',
  'idle -> cancelled',
  ...['completed', 'failed', 'cancelled', 'timedOut'].map((to) => `running -> ${to}`),
];

const TASK = [
  'unscheduled -> ready',
  'unscheduled -> skipped',
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

/** What the transitions of a job and its tasks may be, as the documentation has them: written down apart from the machines. */
export const LEGAL_TRANSITIONS: { readonly job: ReadonlySet<string>; readonly task: ReadonlySet<string> } = {
  job: new Set(JOB),
  task: new Set(TASK),
};

const SETTLED = new Set(['completed', 'failed', 'cancelled', 'skipped', 'timedOut']);

/** Says whether a job or a task can't leave a state. */
export const isSettled = (state: string): boolean => SETTLED.has(state);
