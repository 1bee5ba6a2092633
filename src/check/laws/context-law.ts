import { SharedContext } from '../../runtime/shared-context.ts';
import type { ModelTask } from '../model/model-task.ts';
import type { System } from '../model/system.ts';
import { type Breach, breach } from './law-names.ts';

/** The key that all tasks return. */
const CLASH = 'clash';

/** What a task returns in the model: a key of its own, and one that all tasks return. */
const outputOf = (name: string) => ({ [`of ${name}`]: name, [CLASH]: name });

/**
 * Checks what functions see of other tasks. The model has no values, so each task returns its name, which the context of `run` merges
 * in the order in which tasks complete.
 */
export class ContextLaw {
  readonly #system: System;
  /** The violations for each task and the order in which others completed before its call. */
  readonly #known = new Map<string, readonly Breach[]>();
  /** What each task must see. */
  readonly #expected = new Map<ModelTask, string>();
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
    const order = [...before, ...this.#completed];
    const key = [task, ...order].map(({ index }) => index).join();
    const breaches = this.#known.get(key) ?? this.breachesInOrder(task, order);
    this.#known.set(key, breaches);
    return breaches;
  }

  /** Checks what a function sees if it is called after these tasks have completed, in this order. */
  breachesInOrder(task: ModelTask, order: readonly ModelTask[]): readonly Breach[] {
    const context = new SharedContext(this.#system.model.graph, {});
    for (const one of order) {
      context.merge(one.index, outputOf(one.name));
    }
    const seen = textOf(context.viewOf(task.index));
    const expected = this.#expectedOf(task);
    return seen === expected
      ? []
      : [breach('contextIsFixed', `the function of ${task.id} sees ${seen}, but its ancestors returned ${expected}`)];
  }

  #expectedOf(task: ModelTask): string {
    const known = this.#expected.get(task);
    if (known !== undefined) {
      return known;
    }
    const ancestors = new Set(task.dependencies);
    for (const ancestor of ancestors) {
      for (const next of ancestor.dependencies) {
        ancestors.add(next);
      }
    }
    const outputs = this.#workflowOrder()
      .filter((one) => ancestors.has(one))
      .map(({ name }) => outputOf(name));
    const text = textOf(Object.assign({}, ...outputs));
    this.#expected.set(task, text);
    return text;
  }

  /** Repeatedly the first task in definition order whose dependencies have all been taken. */
  #workflowOrder(): readonly ModelTask[] {
    const { tasks } = this.#system;
    const taken = new Set(this.#order);
    while (taken.size < tasks.length) {
      taken.add(tasks.find((one) => !taken.has(one) && one.dependencies.every((other) => taken.has(other))) as ModelTask);
    }
    this.#order = [...taken];
    return this.#order;
  }
}

const textOf = (context: object): string => JSON.stringify(Object.fromEntries(Object.entries(context).sort(byKey)));
const byKey = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);
