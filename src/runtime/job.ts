/// <reference lib="esnext.disposable" preserve="true" />
import type { JobEvent } from '../machines/events.ts';
import { EventStream } from './events/event-stream.ts';
import type { EventOf, EventPattern, Subscription } from './events/listeners.ts';
import { type TaskReason, whyTask } from './events/why.ts';
import { contextOf, type JobResult, type JobSnapshot } from './job-result.ts';
import type { JobRuntime } from './job-runtime.ts';
import type { JobActor } from './machines/job-actor.ts';

/**
 * One run of a workflow. Await it to get its result; it never rejects. So an async function that returns a job resolves to the
 * result, not the job.
 */
export interface Job<
  Context extends object = Record<string, unknown>,
  Name extends string = string,
  Workflow extends string = string,
> extends PromiseLike<JobResult<Context, Name, Workflow>> {
  readonly id: string;
  /** The name of the workflow; `job` for an array of tasks. */
  readonly workflow: Workflow;
  /** The actor of the job's machine, to inspect it or read its state. Stopping it cancels the job. */
  readonly actor: JobActor;
  /** Resolves once the job has ended and every function it called has returned. If a function never returns, it never resolves. */
  readonly drained: Promise<void>;
  /**
   * Resolves to the context of the completed job.
   * @throws {JobFailedError | JobCancelledError | JobTimedOutError} as a rejection, if the job doesn't complete; `cause` is the error of
   * the task that failed
   * @throws {JobSuspendedError | JobStoreError | WorkflowChangedError} as a rejection, if the job is detached
   */
  unwrap(): Promise<Context>;
  /**
   * Cancels the job at once, even before it starts. Does nothing after it has ended. Attempts abort with `reason` as the cause. The result of
   * a job with a `store` waits until the cancellation is saved.
   */
  cancel(reason?: unknown): void;
  /**
   * Calls a listener for each event of a type, of all tasks (`task.*`), of the job (`job.*`), or for every event (`*`).
   * @throws {InvalidArgumentError} if there is no such event
   * @example
   * job.on('task.failed', ({ task, error }) => console.error(task, error));
   */
  on<Pattern extends EventPattern>(pattern: Pattern, listener: (event: EventOf<Pattern>) => unknown): Subscription;
  /**
   * Ends a job with a `store` in this process only. The saved job is unaffected: `resume` continues it, here or elsewhere, and runs interrupted
   * attempts again. The result here is `detached`, with a JobSuspendedError as the `error`; it waits until the job is saved and others can take it.
   * @throws {InvalidArgumentError} if the job has no store
   */
  suspend(): void;
  /**
   * Returns an iterator over the events from now on. It ends with the job. Events you haven't read yet stay in memory, without a limit, until
   * you read them or leave the loop; so read them all, or use `on`.
   */
  events(): AsyncIterableIterator<JobEvent>;
  /** Returns the current state of the job and its tasks. The time this takes is proportional to the number of tasks and values. */
  snapshot(): JobSnapshot<Context, Name, Workflow>;
  /**
   * Explains why a task is in its current state.
   * @throws {InvalidArgumentError} if there is no such task
   */
  why(task: Name): TaskReason<Name>;
  /** Cancels the job and waits for `drained`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** The handle of a job that runs in this process. */
export class RunningJob implements Job {
  readonly #runtime: JobRuntime;

  constructor(runtime: JobRuntime) {
    this.#runtime = runtime;
  }

  get id(): string {
    return this.#runtime.id;
  }

  get workflow(): string {
    return this.#runtime.settings.name;
  }

  get actor(): JobActor {
    return this.#runtime.actor;
  }

  get drained(): Promise<void> {
    return this.#runtime.drained.promise;
  }

  // biome-ignore lint/suspicious/noThenProperty: a job is meant to be awaited
  then<Fulfilled = JobResult, Rejected = never>(
    onFulfilled?: ((result: JobResult) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onRejected?: ((error: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    return this.#runtime.settled.promise.then(onFulfilled, onRejected);
  }

  async unwrap(): Promise<Record<string, unknown>> {
    return contextOf(await this.#runtime.settled.promise);
  }

  cancel(reason?: unknown): void {
    this.#runtime.commands.cancel(reason);
  }

  suspend(): void {
    this.#runtime.commands.suspend();
  }

  on<Pattern extends EventPattern>(pattern: Pattern, listener: (event: EventOf<Pattern>) => unknown): Subscription {
    return this.#runtime.listeners.add(pattern, listener as (event: JobEvent) => unknown);
  }

  events(): AsyncIterableIterator<JobEvent> {
    const runtime = this.#runtime;
    const endIfSettled = () => runtime.isSettled && stream.end();
    const subscription = runtime.listeners.add('*', (event) => {
      stream.push(event);
      endIfSettled();
    });
    const stream = new EventStream(() => subscription.unsubscribe());
    endIfSettled();
    return stream;
  }

  snapshot(): JobSnapshot {
    const { id, state, context, tasks } = this.#runtime;
    return { id, workflow: this.workflow, state, context: Object.freeze(context.copy()) as Record<string, unknown>, tasks };
  }

  why(task: string): TaskReason {
    return whyTask(this.#runtime, task);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cancel();
    await this.drained;
  }
}
