import { SharedContext } from '../../runtime/context/shared-context.ts';
import type { ModelTask } from '../model/model-task.ts';
import type { System } from '../model/system.ts';
import { type Breach, breach } from './law-names.ts';
import { workflowOrder } from './workflow-order.ts';

/** The key that all tasks return. */
const CLASH = 'clash';

/**
 * Checks what functions see of other tasks. The model has no values, so each task returns its name, which the context of `run` merges
 * in the order in which tasks complete.
 */
export class ContextLaw {
  readonly #system: System;
  /** The violations for each task and the order in which others completed before its call. */
  readonly #known = new Map<string, readonly Breach[]>();
  readonly #outputs = new Map<ModelTask, object>();
  /** All tasks in workflow order, once it is known. */
  #order: readonly ModelTask[] = [];
  /** The tasks that completed since `begin`, in order. */
  #completed: ModelTask[] = [];

  constructor(system: System) {
    this.#system = system;
  }

  begin(): void {
    this.#completed = [];
  }

  completed(task: ModelTask): void {
    this.#completed.push(task);
  }

  /** Checks what a function sees that is called now. */
  breachesOfCall(task: ModelTask): readonly Breach[] {
    const before = this.#system.tasks.filter((one) => one.state.name === 'completed' && !this.#completed.includes(one));
    return this.breachesInOrder(task, [...before, ...this.#completed]);
  }

  /** Checks what a function sees if it is called after these tasks have completed, in this order. */
  breachesInOrder(task: ModelTask, order: readonly ModelTask[]): readonly Breach[] {
    const key = [task, ...order].map(({ index }) => index).join();
    const breaches = this.#known.get(key) ?? this.#check(task, order);
    this.#known.set(key, breaches);
    return breaches;
  }

  #check(task: ModelTask, order: readonly ModelTask[]): readonly Breach[] {
    const context = new SharedContext(this.#system.model.graph, {});
    for (const one of order) {
      context.merge(one.index, this.#outputOf(one));
    }
    const seen = context.viewOf(task.index);
    const expected = this.#expectedOf(task, order);
    return areEqual(seen, expected)
      ? []
      : [
          breach(
            'contextIsFixed',
            `the function of ${task.id} sees ${textOf(seen)}, but its ancestors returned ${textOf(expected)}`,
          ),
        ];
  }

  /** What a task returns in the model: a key of its own, and one that all tasks return. */
  #outputOf(task: ModelTask): object {
    const output = this.#outputs.get(task) ?? { [`of ${task.name}`]: task.name, [CLASH]: task.name };
    this.#outputs.set(task, output);
    return output;
  }

  /** What the ancestors returned that have completed. */
  #expectedOf(task: ModelTask, completed: readonly ModelTask[]): object {
    const ancestors = new Set(task.dependencies);
    for (const ancestor of ancestors) {
      for (const next of ancestor.dependencies) {
        ancestors.add(next);
      }
    }
    // A finally task sees what all others returned.
    const isSeen = (one: ModelTask) => ancestors.has(one) || (task.spec.finally === true && one.spec.finally !== true);
    const outputs = this.#workflowOrder().filter((one) => isSeen(one) && completed.includes(one));
    const ordered = [...outputs.filter(({ spec }) => spec.finally !== true), ...outputs.filter(({ spec }) => spec.finally)];
    return Object.assign({}, ...ordered.map((one) => this.#outputOf(one)));
  }

  #workflowOrder(): readonly ModelTask[] {
    if (this.#order.length === 0) {
      this.#order = workflowOrder(this.#system.tasks);
    }
    return this.#order;
  }
}

/** Compares what is enumerated and what is read. */
function areEqual(seen: object, expected: object): boolean {
  const entries = Object.entries(seen);
  return (
    entries.length === Object.keys(expected).length &&
    entries.every(([key, value]) => Object.hasOwn(expected, key) && (expected as Record<string, unknown>)[key] === value)
  );
}

const textOf = (context: object): string => JSON.stringify(Object.fromEntries(Object.entries(context).sort(byKey)));
const byKey = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);
