import type { TaskExecution } from '../workflow/task-definition.ts';

/** One call of the function of a task. */
export class Attempt {
  readonly number: number;
  readonly execution: TaskExecution;
  readonly #controller = new AbortController();
  #active = true;

  constructor(task: string, number: number) {
    this.number = number;
    this.execution = { task, attempt: number, signal: this.#controller.signal, isActive: () => this.#active };
  }

  get isActive(): boolean {
    return this.#active;
  }

  /** Its result has been taken. */
  finish(): void {
    this.#active = false;
  }

  /** Its result is not wanted any more. */
  abort(reason: unknown): void {
    this.#active = false;
    this.#controller.abort(reason);
  }
}
