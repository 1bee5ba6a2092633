import type { Blocker, TaskMessage } from '../../machines/messages.ts';
import { UndoOrder } from '../../runtime/undo/undo-order.ts';
import { inParts } from '../../time/in-parts.ts';
import type { Turns } from '../../time/turns.ts';
import { isSettled } from '../laws/transition-rules.ts';
import type { JobModel } from './model.ts';
import type { ModelTask } from './model-task.ts';
import type { UndoTask } from './undo-task.ts';

export interface UndoingJob {
  readonly model: JobModel;
  readonly tasks: readonly ModelTask[];
  /** The undo of each task that has one. */
  readonly undos: readonly UndoTask[];
  tell(task: ModelTask, message: TaskMessage): void;
}

/** Undoes the tasks of a job as the runtime does. */
export class ModelUndoing {
  readonly #job: UndoingJob;
  readonly #turns: Turns;
  #order: UndoOrder | undefined;

  constructor(job: UndoingJob, turns: Turns) {
    this.#job = job;
    this.#turns = turns;
  }

  /** @returns how many tasks are undone */
  plan(): number {
    let count = 0;
    for (const undo of this.#job.undos) {
      const { announced, hasActed, record } = undo.of;
      if (announced === 'completed' || hasActed || record.isInterrupted) {
        undo.plan();
        count += 1;
      }
    }
    return count;
  }

  start(): void {
    const order = this.#newOrder();
    this.#order = order;
    for (const undo of this.#job.undos) {
      if (undo.isPlanned && undo.isWaiting && !undo.of.isStray) {
        this.#stopWaiting(undo);
      }
    }
    this.#free(order.start(), order);
  }

  /** A task has been undone, or won't be. */
  settled(undo: UndoTask): void {
    const order = this.#order as UndoOrder;
    this.#free(this.#done(undo, order), order);
  }

  /** A function of a task has returned although its attempt was over, or is no longer waited for. */
  returned(task: ModelTask, isUndoing: boolean): void {
    task.isStray = false;
    if (isUndoing && task.undo?.isWaiting === true) {
      this.#stopWaiting(task.undo as UndoTask);
    }
  }

  #stopWaiting(undo: UndoTask): void {
    undo.stopWaiting();
    this.#tell(undo, null);
  }

  #done(undo: UndoTask, order: UndoOrder): number[] {
    const { index, name } = undo.of;
    const blocker = undo.announced === 'failed' ? { task: name, position: index } : order.blockerOf(index);
    return order.done(index, blocker);
  }

  #newOrder(): UndoOrder {
    const { model, tasks } = this.#job;
    return new UndoOrder(model.graph, (task) => tasks[task]?.undo?.isPlanned === true);
  }

  /** Goes on in a job at rest: what is next follows from what is undone. */
  goOn(): void {
    const order = this.#newOrder();
    const next = order.start();
    for (let task = next.pop(); task !== undefined; task = next.pop()) {
      const undo = this.#job.tasks[task]?.undo as UndoTask;
      if (isSettled(undo.announced)) {
        next.push(...this.#done(undo, order));
      }
    }
    this.#order = order;
  }

  #free(tasks: readonly number[], order: UndoOrder): void {
    inParts(this.#turns, tasks, (task) => this.#tell(this.#job.tasks[task]?.undo as UndoTask, order.blockerOf(task)));
  }

  #tell(undo: UndoTask, blocker: Blocker | null): void {
    this.#job.tell(undo, { type: 'dependency.settled', edge: 'completed', group: 0, blocker });
  }
}
