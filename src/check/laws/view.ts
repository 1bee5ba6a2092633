import type { JobState, TaskState } from '../../machines/events.ts';
import type { EndState } from '../../machines/messages.ts';
import type { TaskContext } from '../../machines/task.machine.ts';
import type { UndoResult } from '../../runtime/undo/undo-result.ts';
import { quote } from '../../values/describe-value.ts';
import { CheckError } from '../check-error.ts';
import type { System } from '../model/system.ts';
import { endingOf } from './ending.ts';
import { isSettled } from './transition-rules.ts';

/** A task of a job at rest. */
export interface TaskView {
  readonly name: string;
  readonly state: TaskState;
  /**
   * The number of attempts started.
   * @throws {CheckError} for a settled task, unless `reduce.finishedContext` is false: states that differ only in this are merged
   */
  readonly attempts: number;
}

/** A job at rest, as properties see it. */
export interface JobView {
  readonly state: JobState;
  /** How the job will end once it has undone tasks and run its finally tasks, or has ended. Undefined while that is open. */
  readonly ending: EndState | undefined;
  /** The `undo` of the result, as far as it is known. */
  readonly undo: UndoResult;
  /** All tasks, in definition order. */
  readonly tasks: readonly TaskView[];
  /** The names of the tasks in a state, in definition order. */
  in(state: TaskState): readonly string[];
  /**
   * Returns one task.
   * @throws {CheckError} if there is no task with this name
   */
  task(name: string): TaskView;
  /** The names of the ready tasks, in the order in which they will get slots. */
  readonly queue: readonly string[];
}

/** A system at rest, as properties see it. */
export function viewOf(system: System, forgetsAttempts: boolean): JobView {
  const tasks = system.tasks.map(({ name, state, shown }) => {
    const { attempt } = state.snapshot.context as TaskContext;
    return viewOfTask(name, shown, attempt, forgetsAttempts && isSettled(state.name));
  });
  const state = system.job.announced as JobState;
  const queue = system.isSettled ? [] : system.queue.map(({ name }) => name);
  return makeView(state, tasks, queue, { ending: endingOf(system) as EndState | undefined, undo: system.undoResult });
}

/** @param phases how the job will end and what it has undone; by default, follows from `state` */
export const makeView = (
  state: JobState,
  tasks: readonly TaskView[],
  queue: readonly string[],
  phases?: Pick<JobView, 'ending' | 'undo'>,
): JobView => ({
  state,
  ending: isSettled(state) ? (state as EndState) : undefined,
  undo: 'none',
  ...phases,
  tasks,
  queue,
  in: (wanted) => tasks.filter((task) => task.state === wanted).map(({ name }) => name),
  task(name) {
    const task = tasks.find((one) => one.name === name);
    if (task === undefined) {
      throw new CheckError(`The workflow has no task ${quote(name)}`);
    }
    return task;
  },
});

/** @param isForgotten whether states are merged that differ only in the attempts of the task */
export const viewOfTask = (name: string, state: TaskState, attempts: number, isForgotten: boolean): TaskView => ({
  name,
  state,
  get attempts() {
    if (isForgotten) {
      throw new CheckError(
        `A property reads the attempts of ${quote(name)}, which has settled: pass \`reduce: { finishedContext: false }\``,
      );
    }
    return attempts;
  },
});
