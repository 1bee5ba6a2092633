import type { Blocker, TaskMessage } from '../../machines/messages.ts';
import type { UndoneFrom } from '../../machines/undo-events.ts';
import type { TurnClock } from '../../time/clock.ts';
import { inParts } from '../../time/in-parts.ts';
import type { Turns } from '../../time/turns.ts';
import type { TaskGraph } from '../../workflow/graph/task-graph.ts';
import type { UndoSpec } from '../../workflow/undo-spec.ts';
import { isSettled, makeNode, type TaskNode } from '../machines/task-node.ts';
import type { PendingUndo } from './pending-undo.ts';
import { UndoOrder } from './undo-order.ts';
import { type UndoResult, undoResult } from './undo-result.ts';
import { undoTask } from './undo-task.ts';

interface UndoingJob {
  readonly clock: TurnClock;
  readonly turns: Turns;
  tell(node: TaskNode, message: TaskMessage): void;
}

/** The undo of a task, which is attempted like a task. */
export interface UndoNode extends TaskNode {
  readonly of: TaskNode;
  /** The state of the task before. */
  readonly before: UndoneFrom;
}

/** Undoes the tasks of a job that had an effect. */
export class UndoPhase {
  /** By the place of the task that is undone. */
  readonly nodes = new Map<number, UndoNode>();
  readonly #job: UndoingJob;
  readonly #order: UndoOrder;
  /** Timers for functions that have been aborted and have not returned. */
  readonly #timers = new Map<TaskNode, unknown>();

  constructor(graph: TaskGraph, job: UndoingJob) {
    this.#job = job;
    this.#order = new UndoOrder(graph, (task) => this.nodes.has(task));
  }

  /**
   * Finds out which tasks have to be undone, then calls back.
   * @param mayHaveActed whether it is saved that a task that didn't complete may have had an effect
   */
  plan(tasks: readonly TaskNode[], mayHaveActed: (task: string) => boolean, then: () => void): void {
    const plan = (node: TaskNode) => {
      const { index, spec, record, effects } = node;
      if (spec.undo !== undefined && (record.state === 'completed' || effects?.mayRemain === true || mayHaveActed(spec.name))) {
        this.nodes.set(index, undoNode(node, spec.undo));
      }
    };
    inParts(this.#job.turns, tasks, plan, then);
  }

  start(): void {
    for (const node of this.nodes.values()) {
      if (isCalled(node.of)) {
        const length = node.spec.timeout as number;
        this.#timers.set(
          node.of,
          this.#job.clock.setTimeout(() => this.returned(node.of), length),
        );
      } else if (awaitsFunction(node)) {
        // It returned while it was being saved how the job will end.
        this.#tell(node, null);
      }
    }
    this.#free(this.#order.start());
  }

  has(node: TaskNode): node is UndoNode {
    return this.nodes.get(node.index) === node;
  }

  /** A task has been undone, or won't be. */
  settled({ index, record: { task, state } }: UndoNode): void {
    const blocker = state === 'failed' ? { task, position: index } : this.#order.blockerOf(index);
    this.#free(this.#order.done(index, blocker));
  }

  /** The tasks to undo although they did not complete. */
  get acted(): string[] {
    return [...this.nodes.values()].flatMap(({ of, before }) => (before === 'completed' ? [] : [of.spec.name]));
  }

  /** Why the undo of a task hasn't started; undefined if it has, or if the task needn't be undone. */
  pending(task: number): PendingUndo | undefined {
    const undo = this.nodes.get(task);
    const blockedBy = this.#order.blockerOf(task)?.task;
    if (undo === undefined || (undo.record.state !== 'unscheduled' && blockedBy === undefined)) {
      return undefined;
    }
    const waitingFor = this.#order.before(task, (one) => !isSettled(this.nodes.get(one) as UndoNode));
    return {
      waitingFor: waitingFor.map((one) => (this.nodes.get(one) as UndoNode).spec.name),
      isRunning: this.#timers.has(undo.of),
      ...(blockedBy !== undefined && { blockedBy }),
    };
  }

  /** The job has left its process. */
  stop(): void {
    for (const timer of this.#timers.values()) {
      this.#job.clock.clearTimeout(timer);
    }
    this.#timers.clear();
  }

  /** Whether tasks were undone, and whether all that had to be were. */
  get result(): UndoResult {
    return undoResult(Array.from(this.nodes.values(), ({ record }) => record.state));
  }

  /** The function of an attempt that was aborted has returned, or is no longer waited for. */
  returned(task: TaskNode): void {
    const timer = this.#timers.get(task);
    if (timer !== undefined) {
      this.#timers.delete(task);
      this.#job.clock.clearTimeout(timer);
      this.#tell(this.nodes.get(task.index) as UndoNode, null);
    }
  }

  #free(tasks: readonly number[]): void {
    inParts(this.#job.turns, tasks, (task) => this.#tell(this.nodes.get(task) as UndoNode, this.#order.blockerOf(task)));
  }

  #tell(node: UndoNode, blocker: Blocker | null): void {
    this.#job.tell(node, { type: 'dependency.settled', edge: 'completed', group: 0, blocker });
  }
}

const isCalled = ({ effects }: TaskNode): boolean => effects !== undefined && effects.calls > 0;

const awaitsFunction = ({ spec }: UndoNode): boolean => spec.dependencies.length > 1;

/** It waits for its dependents, and for its function if that is still running. */
function undoNode(of: TaskNode, undo: UndoSpec): UndoNode {
  const dependencies = isCalled(of) ? ['its dependents', 'its function'] : ['its dependents'];
  return { ...makeNode(undoTask(of.spec.name, undo, dependencies), of.index, true), of, before: of.record.state as UndoneFrom };
}
