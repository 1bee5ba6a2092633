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
    const breaches = this.#known.get(key) ?? this.#judge(task, order);
    this.#known.set(key, breaches);
    return breaches;
  }

  #judge(task: ModelTask, order: readonly ModelTask[]): readonly Breach[] {
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
    return textOf(Object.assign({}, ...this.#ancestorsOf(task).map(({ name }) => outputOf(name))));
  }

  /** In workflow order: repeatedly the first task in definition order whose dependencies have all been taken. */
  #ancestorsOf(task: ModelTask): ModelTask[] {
    const taken = new Set<ModelTask>();
    const { tasks } = this.#system;
    while (taken.size < tasks.length) {
      taken.add(tasks.find((one) => !taken.has(one) && one.dependencies.every((other) => taken.has(other))) as ModelTask);
    }
    const ancestors = new Set(task.dependencies);
    for (const ancestor of ancestors) {
      for (const next of ancestor.dependencies) {
        ancestors.add(next);
      }
    }
    return [...taken].filter((one) => ancestors.has(one));
  }
}

const textOf = (context: object): string => JSON.stringify(Object.fromEntries(Object.entries(context).sort(byKey)));
const byKey = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);
