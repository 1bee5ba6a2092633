import { copyKeys } from '../../values/copy-keys.ts';
import type { TaskGraph } from '../../workflow/graph/task-graph.ts';
import { readonlyView, type ViewedValues } from './readonly-view.ts';

/** The first and last position, in workflow order, of the tasks that returned a key. */
interface Span {
  first: number;
  last: number;
  /** The last one that is no finally task. */
  lastOrdinary: number;
}

const NONE = -1;

type ContextGraph = Pick<TaskGraph, 'dependencies' | 'positions' | 'finals'>;

/**
 * The values shared by the tasks of a job, as a function of the graph: a task sees the initial values and what its ancestors returned. Of
 * several values for a key, the one of the last task in workflow order wins.
 */
export class SharedContext implements ViewedValues {
  readonly #graph: ContextGraph;
  /** Finally tasks have the positions from here on. */
  readonly #ordinary: number;
  #initial: object;
  /** By position. */
  readonly #outputs: (object | undefined)[];
  readonly #spans = new Map<string, Span>();
  /** For keys that took a search: the position of the ancestor that a task takes a key from. */
  readonly #found = new Map<string, Map<number, number>>();

  /** @param initial The initial values, which the context owns from now on. */
  constructor(graph: ContextGraph, initial: object) {
    this.#graph = graph;
    this.#ordinary = graph.dependencies.length - graph.finals.length;
    this.#initial = initial;
    this.#outputs = new Array(graph.dependencies.length);
  }

  /** Replaces the initial values, before any task has started. */
  begin(initial: object): void {
    this.#initial = initial;
  }

  /** Adds what a task returned, which the context owns from now on. */
  merge(task: number, output: object): void {
    const position = this.#graph.positions[task] as number;
    this.#outputs[position] = output;
    for (const key of Object.keys(output)) {
      const ordinary = position < this.#ordinary ? position : NONE;
      const span = this.#spans.get(key);
      if (span === undefined) {
        this.#spans.set(key, { first: position, last: position, lastOrdinary: ordinary });
      } else {
        span.first = Math.min(span.first, position);
        span.last = Math.max(span.last, position);
        span.lastOrdinary = Math.max(span.lastOrdinary, ordinary);
      }
    }
  }

  /** What a task returned, if it completed and returned something. */
  outputOf(task: number): object | undefined {
    return this.#outputs[this.#graph.positions[task] as number];
  }

  /** The context of a task whose ancestors have all settled. */
  viewOf(task: number): object {
    return readonlyView(this, task);
  }

  allOf(task: number): object {
    const ancestors = this.#ancestorsOf(task).sort((a, b) => a - b);
    return this.#merged(this.#isFinal(task) ? [...Array(this.#ordinary).keys(), ...ancestors] : ancestors);
  }

  /** A finally task sees what all ordinary tasks returned. */
  #isFinal(task: number): boolean {
    return (this.#graph.positions[task] as number) >= this.#ordinary;
  }

  /** A copy of the values of all tasks so far. */
  copy(): object {
    return this.#merged(this.#outputs.keys());
  }

  #merged(positions: Iterable<number>): object {
    const merged = copyKeys(this.#initial);
    for (const position of positions) {
      const output = this.#outputs[position];
      if (output !== undefined) {
        copyKeys(output, merged);
      }
    }
    return merged;
  }

  #ancestorsOf(task: number): number[] {
    const { dependencies, positions } = this.#graph;
    const seen = new Set(dependencies[task]);
    // A Set also iterates over what is added during the loop.
    for (const ancestor of seen) {
      for (const next of dependencies[ancestor] as readonly number[]) {
        seen.add(next);
      }
    }
    return Array.from(seen, (ancestor) => positions[ancestor] as number);
  }

  holderOf(task: number, key: string): object | undefined {
    const span = this.#spans.get(key);
    let position = span === undefined ? NONE : this.#lastToReturn(key, task, span);
    if (span !== undefined && position === NONE && this.#isFinal(task)) {
      position = span.lastOrdinary;
    }
    const holder = position === NONE ? this.#initial : (this.#outputs[position] as object);
    return Object.hasOwn(holder, key) ? holder : undefined;
  }

  /** The position of the last ancestor that returned a key. */
  #lastToReturn(key: string, task: number, { first, last }: Span): number {
    const { dependencies, positions } = this.#graph;
    const direct = dependencies[task] as readonly number[];
    if (direct.length === 0) {
      return NONE;
    }
    if (direct.some((dependency) => positions[dependency] === last)) {
      return last;
    }
    const found = this.#foundFor(key);
    return found.get(task) ?? this.#search(key, task, first, found);
  }

  #foundFor(key: string): Map<number, number> {
    let found = this.#found.get(key);
    if (found === undefined) {
      found = new Map();
      this.#found.set(key, found);
    }
    return found;
  }

  /** Walks up the graph, no further than the first task that returned the key, and remembers what it found for the task and its dependencies. */
  #search(key: string, task: number, first: number, found: Map<number, number>): number {
    const { dependencies, positions } = this.#graph;
    const walked = new Map<number, number>();
    const path = [task];
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      let last = NONE;
      const above = path.length;
      if (!walked.has(node)) {
        for (const dependency of dependencies[node] as readonly number[]) {
          const position = positions[dependency] as number;
          if (position < first) {
            continue;
          }
          const output = this.#outputs[position];
          const known =
            output !== undefined && Object.hasOwn(output, key) ? position : (found.get(dependency) ?? walked.get(dependency));
          if (known === undefined) {
            path.push(dependency);
          } else {
            last = Math.max(last, known);
          }
        }
      }
      if (path.length === above) {
        walked.has(node) || walked.set(node, last);
        path.pop();
      }
    }
    for (const node of [task, ...(dependencies[task] as readonly number[])]) {
      const position = walked.get(node);
      if (position !== undefined) {
        found.set(node, position);
      }
    }
    return walked.get(task) as number;
  }
}
