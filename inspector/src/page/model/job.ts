import { type Actor, fullState, topState } from './actor.ts';
import { TASK_STATES, type TaskState } from './looks.ts';

/** The actor of a tintype task. */
export interface Task extends Actor {
  readonly input: {
    readonly task: string;
    readonly dependencies: readonly string[];
    readonly maxRetries: number;
    readonly timeout: number | null;
    readonly continueOnFailure: boolean;
    /** Missing if all dependencies have to complete, and nothing else. */
    readonly shown?: ShownEdges;
  };
  undo: Task | undefined;
  context: { readonly attempt: number; readonly delay: number; readonly blockedBy?: { readonly task: string } | null };
}

/** What the graph shows about a task: requirements other than completed dependencies, and more. */
export interface ShownEdges {
  /** The dependencies that only have to settle. */
  readonly settled?: readonly string[];
  /** The groups of dependencies, one of which has to complete. */
  readonly anyOf?: readonly (readonly string[])[];
  /** The condition as text: `when`, or such as `when risk.route is manual`. */
  readonly when?: string;
  /** It runs after everything else. */
  readonly finally?: true;
  /** It can be undone. */
  readonly undo?: true;
}

/** The actor of a tintype job. */
export interface Job extends Actor {
  readonly input: {
    /** Without finally tasks. */
    readonly tasks: number;
    readonly finals?: number;
    readonly slots: number;
    readonly timeout: number | null;
  };
  /** Its tasks, and the undos of some. */
  readonly children: readonly Task[];
  /** Of the current phase. */
  context: { readonly settled: number; readonly tasks: number };
}

export function isTask(actor: Actor): actor is Task {
  const { task, dependencies } = (actor.input ?? {}) as Partial<Task['input']>;
  return actor.machine.id === 'task' && typeof task === 'string' && Array.isArray(dependencies);
}

export function isJob(actor: Actor): actor is Job {
  const { tasks, slots } = (actor.input ?? {}) as Partial<Job['input']>;
  return actor.machine.id === 'job' && typeof tasks === 'number' && typeof slots === 'number' && actor.children.every(isTask);
}

/** The undo of a task is a task, too; no other one has such an id. */
export const isUndo = ({ id, input: { task } }: Task): boolean => id === `undo ${task}`;

/** The tasks of a job, without undos. */
export const tasksOf = (job: Job): Task[] => job.children.filter((task) => !task.isUndo);

/** How many tasks a job has. */
export const sizeOf = ({ input: { tasks, finals = 0 } }: Job): number => tasks + finals;

/** The state of the machine of a task, or of an undo. */
export const ownState = (task: Task): TaskState => topState(task.value) as TaskState;

const UNDO_STATES: Readonly<Partial<Record<TaskState, TaskState>>> = {
  ready: 'undoing',
  running: 'undoing',
  backingOff: 'undoing',
  // In a job that left this process.
  cancelled: 'undoing',
  completed: 'undone',
  failed: 'undoFailed',
};

/** The state of a task, from its machine and that of its undo. */
export const stateOfTask = (task: Task): TaskState => (task.undo && UNDO_STATES[ownState(task.undo)]) ?? ownState(task);

const SETTLED: ReadonlySet<TaskState> = new Set(['completed', 'failed', 'cancelled', 'skipped']);

export const isSettled = (task: Task): boolean => SETTLED.has(ownState(task));

const ENDINGS: readonly string[] = ['failing', 'cancelling', 'timingOut', 'detaching'];

/** The state of a job in one word, including how it is about to end. */
export function stateOfJob({ value, status }: Job): string {
  if (status === 'stopped') {
    return status;
  }
  // A task failed, and running attempts may end.
  if (fullState(value).endsWith('.draining')) {
    return 'failing';
  }
  const inner = typeof value === 'string' ? undefined : Object.values(value)[0];
  const phase = typeof inner === 'object' && inner !== null ? topState(inner) : inner;
  return typeof phase === 'string' && ENDINGS.includes(phase) ? phase : topState(value);
}

/** The state of a job, or the status of any other actor. */
export const stateOf = (actor: Actor): string => (isJob(actor) ? stateOfJob(actor) : actor.status);

/** The number of tasks per state, in the order a task goes through the states; empty states are omitted. */
export function countStates(job: Job): (readonly [state: TaskState, count: number])[] {
  const counts = new Map<TaskState, number>(TASK_STATES.map((state) => [state, 0]));
  for (const task of tasksOf(job)) {
    const state = stateOfTask(task);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count > 0);
}

/** How far a job is: what it counts now, and how many of these. */
export function progressOf(job: Job): { readonly done: number; readonly of: number; readonly what: 'tasks' | 'undone' } {
  const { context, input, status } = job;
  const of = sizeOf(job);
  if (status !== 'active') {
    return { done: of, of, what: 'tasks' };
  }
  switch (topState(job.value)) {
    case 'undoing':
      return { done: context.settled, of: context.tasks, what: 'undone' };
    case 'finishing':
      return { done: input.tasks + context.settled, of, what: 'tasks' };
    default:
      return { done: context.settled, of, what: 'tasks' };
  }
}
