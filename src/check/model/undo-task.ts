import type { TaskState } from '../../machines/events.ts';
import type { UndoneFrom } from '../../machines/undo-events.ts';
import { undoTask } from '../../runtime/undo/undo-task.ts';
import type { UndoSpec } from '../../workflow/undo-spec.ts';
import type { JobModel } from './model.ts';
import { type ModelActor, ModelTask } from './model-task.ts';

/** What the undo of a task makes of the task. */
const SHOWN: Readonly<Record<string, TaskState>> = {
  ready: 'undoing',
  running: 'undoing',
  backingOff: 'undoing',
  cancelled: 'undoing',
  completed: 'undone',
  failed: 'undoFailed',
};

const DEPENDENTS = ['its dependents'];
const DEPENDENTS_AND_FUNCTION = [...DEPENDENTS, 'its function'];

/** The undo of a task, which is attempted like a task. */
export class UndoTask extends ModelTask {
  override readonly isUndo = true;
  readonly of: ModelTask;
  /** Whether the job undoes the task. */
  isPlanned = false;
  #awaits = false;

  constructor(of: ModelTask, undo: UndoSpec, model: JobModel, job: ModelActor) {
    super(model.graph.tasks.length + of.index, undoTask(of.name, undo, DEPENDENTS), [], model, job, `the undo of ${of.id}`);
    this.of = of;
  }

  /** The state of the task before. */
  get before(): UndoneFrom {
    return this.of.announced as UndoneFrom;
  }

  /** The state of the task as its events report it; undefined if it is that before. */
  override get shown(): TaskState {
    return (this.isPlanned ? SHOWN[this.announced] : undefined) ?? (this.of.announced as TaskState);
  }

  override get isTolerant(): boolean {
    return true;
  }

  override reset(): void {
    super.reset();
    this.isPlanned = false;
    this.#awaits = false;
  }

  /** Whether it waits until a function of the task has returned. */
  override get isWaiting(): boolean {
    return this.#awaits && this.announced === 'unscheduled';
  }

  stopWaiting(): void {
    this.#awaits = false;
  }

  plan(): void {
    const waits = this.of.isStray;
    const { maxRetries } = this;
    this.input = { ...this.input, dependencies: waits ? DEPENDENTS_AND_FUNCTION : DEPENDENTS };
    this.first = this.machine.first({ ...this.input, maxRetries });
    this.reset();
    this.isPlanned = true;
    this.#awaits = waits;
  }

  /** Its flags as a number. */
  get flags(): number {
    return Number(this.isPlanned) + 2 * Number(this.isWaiting);
  }

  set flags(flags: number) {
    this.isPlanned = flags % 2 === 1;
    this.#awaits = flags > 1;
  }
}

/** Makes the undo of each task that the job may undo. */
export function makeUndoTasks(model: JobModel, tasks: readonly ModelTask[], job: ModelActor): UndoTask[] {
  const undos: UndoTask[] = [];
  for (const task of model.undo.length === 0 ? [] : tasks) {
    if (task.spec.undo !== undefined) {
      const undo = new UndoTask(task, task.spec.undo, model, job);
      task.undo = undo;
      undos.push(undo);
    }
  }
  return undos;
}
