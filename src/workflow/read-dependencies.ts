import isPlainObject from 'is-plain-obj';
import { describeValue, quote } from '../values/describe-value.ts';
import type { OptionPlace, OptionProblem } from './options/check-options.ts';
import type { EmptyAnyOfProblem, RepeatedDependencyProblem } from './workflow-problem.ts';

/** What a task requires of a dependency: that it completes, that it settles, or that one of a group completes. */
export type EdgeKind = 'completed' | 'settled' | 'anyOf';

/** A dependency that need not complete. */
export interface Edge {
  readonly kind: Exclude<EdgeKind, 'completed'>;
  /** The index of its `anyOf` among those of the task; 0 for other edges. */
  readonly group: number;
}

/** The dependencies of a task. */
export interface Edges {
  /** The names of all of them, each once. */
  readonly dependencies: readonly string[];
  /** Those that need not complete; undefined if all must. */
  readonly edges: ReadonlyMap<string, Edge> | undefined;
  /** How many `anyOf` are among them. */
  readonly anyOf: number;
}

/** What can be wrong with the options of one task. */
export type TaskProblem = OptionProblem | EmptyAnyOfProblem | RepeatedDependencyProblem;

const EXPECTED = 'an array or a Set of task names, { settled: name }, and { anyOf: names }';

const NONE: readonly string[] = [];

export const NO_EDGES: Edges = { dependencies: NONE, edges: undefined, anyOf: 0 };

/** Whether a value can be read as `dependencies`. */
export const isArrayOrSet = (value: unknown): boolean =>
  Array.isArray(value) || Object.prototype.toString.call(value) === '[object Set]';

export const DEPENDENCIES = EXPECTED;

/** Reads the `dependencies` of a task; what is invalid is omitted and goes to `report`. */
export function readDependencies(
  source: Iterable<unknown>,
  placeOf: () => OptionPlace,
  report: (problem: TaskProblem) => void,
): Edges {
  try {
    const elements = [...source];
    return elements.every(isString)
      ? { dependencies: elements, edges: undefined, anyOf: 0 }
      : new EdgeReader(placeOf, report).read(elements);
  } catch (error) {
    report(invalid(placeOf(), source, `an error when it was read (${describeValue(error)})`));
    return NO_EDGES;
  }
}

const isString = (value: unknown): value is string => typeof value === 'string';

function invalid({ subject, ...where }: OptionPlace, value: unknown, got: string): OptionProblem {
  const message = `${subject}: \`dependencies\` must be ${EXPECTED}, got ${got}`;
  return { code: 'invalidOption', ...where, option: 'dependencies', value, expected: EXPECTED, message };
}

/** The only key of an object, and its value, copied if it is an array; nothing for anything else, such as an object that can't be read. */
function readEdge(element: unknown): [key?: string, value?: unknown] {
  try {
    const [entry, ...others] = isPlainObject(element) ? Object.entries(element) : [];
    if (entry === undefined || others.length > 0) {
      return [];
    }
    const [key, value] = entry;
    return [key, Array.isArray(value) ? [...value] : value];
  } catch {
    return [];
  }
}

class EdgeReader {
  readonly #placeOf: () => OptionPlace;
  readonly #report: (problem: TaskProblem) => void;
  readonly #names = new Set<string>();
  readonly #edges = new Map<string, Edge>();
  #anyOf = 0;

  constructor(placeOf: () => OptionPlace, report: (problem: TaskProblem) => void) {
    this.#placeOf = placeOf;
    this.#report = report;
  }

  read(elements: readonly unknown[]): Edges {
    for (const element of elements) {
      this.#readElement(element);
    }
    return { dependencies: [...this.#names], edges: this.#edges.size === 0 ? undefined : this.#edges, anyOf: this.#anyOf };
  }

  #readElement(element: unknown): void {
    if (isString(element)) {
      this.#add(element, undefined);
      return;
    }
    const [kind, value] = readEdge(element);
    if (kind === 'settled' && isString(value)) {
      this.#add(value, { kind, group: 0 });
    } else if (kind === 'anyOf' && Array.isArray(value) && value.every(isString)) {
      this.#addGroup(value);
    } else {
      this.#report(invalid(this.#placeOf(), element, `one that contains ${describeValue(element)}`));
    }
  }

  #addGroup(names: readonly string[]): void {
    if (names.length === 0) {
      const { subject, task = '' } = this.#placeOf();
      this.#report({ code: 'emptyAnyOf', task, message: `${subject}: \`anyOf\` must name at least one task` });
      return;
    }
    const edge: Edge = { kind: 'anyOf', group: this.#anyOf };
    this.#anyOf += 1;
    for (const name of new Set(names)) {
      this.#add(name, edge);
    }
  }

  #add(dependency: string, edge: Edge | undefined): void {
    if (this.#names.has(dependency)) {
      if (edge !== undefined || this.#edges.has(dependency)) {
        const { subject, task = '' } = this.#placeOf();
        const message = `${subject} depends on ${quote(dependency)} in two ways; name it only once`;
        this.#report({ code: 'repeatedDependency', task, dependency, message });
      }
      return;
    }
    this.#names.add(dependency);
    if (edge !== undefined) {
      this.#edges.set(dependency, edge);
    }
  }
}
