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

/** How a state is shown: a sign, a word, and the task state whose color it uses. */
export interface Look {
  readonly sign: string;
  readonly word: string;
  readonly colour: TaskState;
}

const look = (sign: string, word: string, colour: TaskState): Look => ({ sign, word, colour });

/** The looks of tasks, jobs and other actors. Task signs match those of `tintype/diagrams`. */
const LOOKS: Readonly<Record<string, Look>> = {
  unscheduled: look('·', 'unscheduled', 'unscheduled'),
  ready: look('○', 'ready', 'ready'),
  running: look('▶', 'running', 'running'),
  backingOff: look('↻', 'backing off', 'backingOff'),
  completed: look('✔', 'completed', 'completed'),
  failed: look('✘', 'failed', 'failed'),
  cancelled: look('■', 'cancelled', 'cancelled'),
  skipped: look('–', 'skipped', 'skipped'),
  undoing: look('↶', 'undoing', 'undoing'),
  undone: look('↩', 'undone', 'undone'),
  undoFailed: look('✘', 'undo failed', 'undoFailed'),
  finishing: look('▶', 'finishing', 'running'),
  idle: look('·', 'idle', 'unscheduled'),
  failing: look('✘', 'failing', 'failed'),
  cancelling: look('■', 'cancelling', 'cancelled'),
  timingOut: look('✘', 'timing out', 'failed'),
  timedOut: look('✘', 'timed out', 'failed'),
  detaching: look('■', 'detaching', 'cancelled'),
  detached: look('■', 'detached', 'cancelled'),
  active: look('▶', 'active', 'running'),
  done: look('✔', 'done', 'completed'),
  error: look('✘', 'error', 'failed'),
  stopped: look('■', 'stopped', 'cancelled'),
};

export const lookOf = (state: string): Look => LOOKS[state] ?? look('·', state, 'unscheduled');
