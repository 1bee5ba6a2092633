import type { ContextLaw } from '../laws/context-law.ts';
import type { ModelTask } from '../model/model-task.ts';
import { Suspicion } from '../tables/suspicion.ts';
import { COMPLETED } from '../tables/task-facts.ts';
import type { ContextJudge, PackedSystem } from './packed-system.ts';

/** Checks what functions see, once for each set of tasks that have completed before. */
export class PackedContext implements ContextJudge {
  readonly #law: ContextLaw;
  readonly #tasks: readonly ModelTask[];
  readonly #system: PackedSystem;
  readonly #sets = new Map<string, number>();
  readonly #sound = new Set<number>();
  readonly #completed: ModelTask[] = [];
  /** The number of the set of tasks that have completed before the step; -1 if it is not known yet. */
  #set = -1;
  /** The state of each task before the step. */
  readonly #before: Uint16Array;

  constructor(law: ContextLaw, tasks: readonly ModelTask[], system: PackedSystem) {
    this.#law = law;
    this.#tasks = tasks;
    this.#system = system;
    this.#before = new Uint16Array(tasks.length);
  }

  /** The steps that follow begin in the current state. */
  begin(): void {
    this.#before.set(this.#system.tasks);
    this.#set = -1;
  }

  mayCall(task: number, completed: number): void {
    if (this.#set < 0) {
      this.#findSet();
    }
    const { length } = this.#tasks;
    const key = (this.#set * (length + 1) + completed + 1) * length + task;
    if (this.#sound.has(key)) {
      return;
    }
    const order = completed < 0 ? this.#completed : [...this.#completed, this.#tasks[completed] as ModelTask];
    if (this.#law.breachesInOrder(this.#tasks[task] as ModelTask, order).length > 0) {
      throw new Suspicion('a context that differs');
    }
    this.#sound.add(key);
  }

  #findSet(): void {
    const { facts } = this.#system.table;
    this.#completed.length = 0;
    for (const task of this.#tasks) {
      if (((facts[this.#before[task.index] as number] as number) & COMPLETED) !== 0) {
        this.#completed.push(task);
      }
    }
    const text = String.fromCharCode(...this.#completed.map(({ index }) => index));
    this.#set = this.#sets.get(text) ?? this.#sets.size;
    this.#sets.set(text, this.#set);
  }
}
