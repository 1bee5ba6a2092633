import type { Blocker } from '../../machines/messages.ts';
import type { TaskGraph } from '../../workflow/graph/task-graph.ts';

/**
 * The order in which tasks are undone: each after everything that depends on it, directly or through tasks that needn't be undone. Linear in
 * tasks and edges.
 */
export class UndoOrder {
  readonly #graph: Pick<TaskGraph, 'dependencies' | 'dependents'>;
  readonly #mustUndo: (task: number) => boolean;
  /** For each task, how many of its dependents are not done. */
  readonly #left: Int32Array;
  /** The tasks whose undo failed, and so keeps others from being undone. */
  readonly #blockers = new Map<number, Blocker>();

  constructor(graph: Pick<TaskGraph, 'dependencies' | 'dependents'>, mustUndo: (task: number) => boolean) {
    const { dependents, dependencies } = graph;
    this.#graph = graph;
    this.#mustUndo = mustUndo;
    this.#left = Int32Array.from(dependencies, (_, task) => dependents.size(task));
  }

  /** Returns the tasks that can be undone first. */
  start(): number[] {
    const last = [...this.#left.keys()].filter((task) => this.#left[task] === 0);
    return this.#pass(last);
  }

  /**
   * A task has been undone, or won't be. Returns the tasks that are next.
   * @param blocker the task whose undo failed, if one did
   */
  done(task: number, blocker: Blocker | null): number[] {
    return this.#pass(this.#free(task, blocker));
  }

  /** Why a task can't be undone; null if it can. */
  blockerOf(task: number): Blocker | null {
    return this.#blockers.get(task) ?? null;
  }

  /** The tasks that are undone right before another one, in definition order. */
  before(task: number, isWanted: (task: number) => boolean): number[] {
    const seen = new Set([task]);
    const before: number[] = [];
    // A set can grow while it is iterated.
    for (const one of seen) {
      if (one !== task && this.#mustUndo(one)) {
        before.push(one);
      } else {
        this.#graph.dependents.map(one, (dependent) => seen.add(dependent));
      }
    }
    return before.filter(isWanted).sort((one, other) => one - other);
  }

  /** Skips the tasks that needn't be undone. */
  #pass(tasks: readonly number[]): number[] {
    const next: number[] = [];
    const left = [...tasks];
    for (let task = left.pop(); task !== undefined; task = left.pop()) {
      if (this.#mustUndo(task)) {
        next.push(task);
      } else {
        for (const dependency of this.#free(task, this.blockerOf(task))) {
          left.push(dependency);
        }
      }
    }
    return next;
  }

  /** Returns the dependencies of a task that no dependent keeps waiting anymore. */
  #free(task: number, blocker: Blocker | null): number[] {
    const free: number[] = [];
    for (const dependency of this.#graph.dependencies[task] as readonly number[]) {
      if (blocker !== null) {
        this.#blockers.set(dependency, blocker);
      }
      this.#left[dependency] = (this.#left[dependency] as number) - 1;
      if (this.#left[dependency] === 0) {
        free.push(dependency);
      }
    }
    return free;
  }
}
