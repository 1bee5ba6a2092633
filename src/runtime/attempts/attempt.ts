import { idempotencyKeys } from '../../workflow/idempotency-keys.ts';
import type { Outcomes, TaskExecution } from '../../workflow/task-definition.ts';
import type { TaskSpec } from '../../workflow/task-spec.ts';
import type { AttemptTimeout } from './attempt-timeout.ts';

/** One call of a task function. */
export class Attempt {
  readonly job: string;
  readonly task: string;
  readonly number: number;
  /** Created when the signal is read: it is expensive, and most tasks don't read it. */
  #controller: AbortController | undefined;
  #aborted: { readonly reason: unknown } | undefined;
  #active = true;
  timeout: AttemptTimeout | undefined;

  constructor(job: string, task: string, number: number) {
    this.job = job;
    this.task = task;
    this.number = number;
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

  /**
   * Calls the function of the task.
   * @param details What its execution has in addition.
   */
  call({ run, definition }: TaskSpec, context: object, details: object | undefined): unknown {
    const execution = new Execution(this);
    if (details !== undefined) {
      for (const [key, value] of Object.entries(details)) {
        Object.defineProperty(execution, key, { value, enumerable: true });
      }
    }
    return Reflect.apply(run, definition, [context, execution]);
  }

  /** Called when its result has been taken. */
  finish(): void {
    this.#active = false;
    this.timeout?.end();
  }

  /** Called when its result is no longer needed. */
  abort(reason: unknown): void {
    this.finish();
    this.#aborted ??= { reason };
    this.#controller?.abort(reason);
  }
}

/** What `isActive` is asked with for the attempt itself. */
const ATTEMPT = Symbol('attempt');

const NO_OUTCOMES: Outcomes = Object.freeze({});

class Execution implements TaskExecution {
  readonly job: string;
  readonly task: string;
  readonly attempt: number;
  readonly isActive: () => boolean;
  declare readonly signal: AbortSignal;

  constructor(attempt: Attempt) {
    this.job = attempt.job;
    this.task = attempt.task;
    this.attempt = attempt.number;
    this.isActive = ((key?: unknown) => (key === ATTEMPT ? attempt : attempt.isActive)) as () => boolean;
    Object.defineProperty(this, 'signal', SIGNAL);
  }

  get outcomes(): Outcomes {
    return NO_OUTCOMES;
  }

  get idempotencyKey(): string {
    return idempotencyKeys(this.job, this.task, this.attempt).idempotencyKey;
  }

  get attemptKey(): string {
    return idempotencyKeys(this.job, this.task, this.attempt).attemptKey;
  }
}

/**
 * One for all executions: a getter of its own would cost ten times as much. The attempt is found through a property, so proxies and heirs
 * of an execution have a signal too.
 */
const SIGNAL: PropertyDescriptor & ThisType<{ isActive(key: symbol): Attempt }> = {
  get() {
    return this.isActive(ATTEMPT).signal;
  },
  enumerable: true,
  configurable: true,
};
