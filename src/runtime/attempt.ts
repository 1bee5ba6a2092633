import type { TaskExecution } from '../workflow/task-definition.ts';

/** One call of the function of a task. */
export class Attempt {
  readonly number: number;
  readonly execution: TaskExecution;
  /** Made when somebody looks at the signal: most tasks don't, and it is dear. */
  #controller: AbortController | undefined;
  #aborted: { readonly reason: unknown } | undefined;
  #active = true;

  constructor(task: string, number: number) {
    const attempt = this;
    this.number = number;
    this.execution = {
      task,
      attempt: number,
      get signal() {
        return attempt.signal;
      },
      isActive: () => this.#active,
    };
  }

  get isActive(): boolean {
    return this.#active;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#aborted !== undefined) {
        this.#controller.abort(this.#aborted.reason);
      }
    }
    return this.#controller.signal;
  }

  /** Its result has been taken. */
  finish(): void {
    this.#active = false;
  }

  /** Its result is not wanted any more. */
  abort(reason: unknown): void {
    this.#active = false;
    this.#aborted = { reason };
    this.#controller?.abort(reason);
  }
}
