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
  context: { readonly attempt: number; readonly delay: number; readonly blockedBy?: { readonly task: string } | null };
}

/** What a task requires before it runs, besides that dependencies complete. */
export interface ShownEdges {
  /** The dependencies that only have to settle. */
  readonly settled?: readonly string[];
  /** The groups of dependencies of which one has to complete. */
  readonly anyOf?: readonly (readonly string[])[];
  /** The condition as text: `when`, or such as `when risk.route is manual`. */
  readonly when?: string;
}

/** The actor of a tintype job. */
export interface Job extends Actor {
  readonly input: { readonly tasks: number; readonly slots: number; readonly timeout: number | null };
  readonly children: readonly Task[];
  context: { readonly settled: number };
}

export function isTask(actor: Actor): actor is Task {
  const { task, dependencies } = (actor.input ?? {}) as Partial<Task['input']>;
  return actor.machine.id === 'task' && typeof task === 'string' && Array.isArray(dependencies);
}

export function isJob(actor: Actor): actor is Job {
  const { tasks, slots } = (actor.input ?? {}) as Partial<Job['input']>;
  return actor.machine.id === 'job' && typeof tasks === 'number' && typeof slots === 'number' && actor.children.every(isTask);
}

export const stateOfTask = (task: Task): TaskState => topState(task.value) as TaskState;

const SETTLED: ReadonlySet<TaskState> = new Set(['completed', 'failed', 'cancelled', 'skipped']);

export const isSettled = (task: Task): boolean => SETTLED.has(stateOfTask(task));

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
  for (const task of job.children) {
    const state = stateOfTask(task);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count > 0);
}
