import type { TaskSpec } from '../task-spec.ts';
import { PackedLists } from './packed-lists.ts';

/** Tasks and their dependents, by the index of each task in definition order. */
export interface TaskGraph {
  readonly tasks: readonly TaskSpec[];
  /** The place of each task, by name. */
  readonly places: ReadonlyMap<string, number>;
  /** For each task the places of its direct dependencies. */
  readonly dependencies: readonly (readonly number[])[];
  /** For each task its position in the workflow order. */
  readonly positions: ArrayLike<number>;
  /** For each task its direct dependents, in the order in which they become ready together. */
  readonly dependents: PackedLists;
  /** The tasks without dependencies, finally tasks included, in the order in which they become ready together. */
  readonly roots: readonly number[];
  /** The finally tasks. */
  readonly finals: readonly number[];
}

/**
 * Links tasks by their dependencies, all of which must exist. Tasks that become ready together do so in this order: those
 * with the most direct dependents first, then in the order of definition. Linear in tasks and edges.
 * @param edges For each task the places of its dependencies.
 * @param positions For each task its position in the workflow order.
 */
export function buildGraph(
  tasks: readonly TaskSpec[],
  places: ReadonlyMap<string, number>,
  edges: readonly (readonly number[])[],
  positions: ArrayLike<number>,
): TaskGraph {
  const counts = countDependents(edges);
  const dependents = new PackedLists(counts);
  const roots: number[] = [];
  const finals = indexesOf(tasks, isFinal);
  for (const task of byCount(counts)) {
    const dependencies = edges[task] as readonly number[];
    if (dependencies.length === 0) {
      roots.push(task);
    }
    for (const dependency of dependencies) {
      dependents.push(dependency, task);
    }
  }
  return { tasks, places, dependencies: edges, positions, dependents, roots, finals };
}

const isFinal = (task: TaskSpec): boolean => task.finally === true;

function indexesOf(tasks: readonly TaskSpec[], isMeant: (task: TaskSpec) => boolean): number[] {
  const indexes: number[] = [];
  for (let index = 0; index < tasks.length; index += 1) {
    if (isMeant(tasks[index] as TaskSpec)) {
      indexes.push(index);
    }
  }
  return indexes;
}

/** How many tasks depend directly on each one. */
function countDependents(edges: readonly (readonly number[])[]): Int32Array {
  const counts = new Int32Array(edges.length);
  for (const dependencies of edges) {
    for (const dependency of dependencies) {
      counts[dependency] = (counts[dependency] as number) + 1;
    }
  }
  return counts;
}

/** All tasks, those with the highest count first. A counting sort keeps this linear. */
function byCount(counts: Int32Array): Int32Array {
  const { length } = counts;
  // For each count: the place of the next task that has it.
  const places = new Int32Array(length + 1);
  for (const count of counts) {
    if (count > 0) {
      places[count - 1] = (places[count - 1] as number) + 1;
    }
  }
  for (let count = length - 1; count >= 0; count -= 1) {
    places[count] = (places[count] as number) + (places[count + 1] as number);
  }
  const sorted = new Int32Array(length);
  for (let task = 0; task < length; task += 1) {
    const count = counts[task] as number;
    const place = places[count] as number;
    sorted[place] = task;
    places[count] = place + 1;
  }
  return sorted;
}
