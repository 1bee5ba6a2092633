/** The position of a task on a cycle, or after one. */
export const NO_POSITION = -1;

/**
 * Returns the position of each task in the workflow order: repeatedly the first task in definition order whose dependencies have all been
 * taken. Tasks on a cycle, and those that depend on them, have no position.
 * @param edges For each task the places of its dependencies.
 */
export function workflowOrder(edges: readonly (readonly number[])[]): Int32Array {
  if (isInOrder(edges)) {
    return new Int32Array(edges.length).map((_, task) => task);
  }
  const missing = Int32Array.from(edges, ({ length }) => length);
  const positions = new Int32Array(edges.length).fill(NO_POSITION);
  const dependents: number[][] = edges.map(() => []);
  for (const [task, dependencies] of edges.entries()) {
    for (const dependency of dependencies) {
      dependents[dependency]?.push(task);
    }
  }
  const ready = new SmallestFirst();
  let position = 0;
  for (let defined = 0; defined < edges.length; defined += 1) {
    if (missing[defined] === 0) {
      ready.push(defined);
    }
    // A task that is defined earlier comes before the next one.
    while (ready.smallest <= defined) {
      const task = ready.pop();
      positions[task] = position;
      position += 1;
      for (const dependent of dependents[task] as number[]) {
        missing[dependent] = (missing[dependent] as number) - 1;
        if (missing[dependent] === 0 && dependent < defined) {
          ready.push(dependent);
        }
      }
    }
  }
  return positions;
}

/** Whether every node only points to nodes before it, so that there is no cycle. */
function isInOrder(edges: readonly (readonly number[])[]): boolean {
  for (let node = 0; node < edges.length; node += 1) {
    for (const target of edges[node] as readonly number[]) {
      if (target >= node) {
        return false;
      }
    }
  }
  return true;
}

/** A binary heap of numbers. */
class SmallestFirst {
  readonly #heap: number[] = [];

  /** Infinity if it is empty. */
  get smallest(): number {
    return this.#heap[0] ?? Infinity;
  }

  push(value: number): void {
    const heap = this.#heap;
    let place = heap.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if ((heap[parent] as number) <= value) {
        break;
      }
      heap[place] = heap[parent] as number;
      place = parent;
    }
    heap[place] = value;
  }

  pop(): number {
    const heap = this.#heap;
    const smallest = heap[0] as number;
    const last = heap.pop() as number;
    if (heap.length > 0) {
      let place = 0;
      for (;;) {
        const left = 2 * place + 1;
        const child = (heap[left + 1] ?? Infinity) < (heap[left] ?? Infinity) ? left + 1 : left;
        if ((heap[child] ?? Infinity) >= last) {
          break;
        }
        heap[place] = heap[child] as number;
        place = child;
      }
      heap[place] = last;
    }
    return smallest;
  }
}
