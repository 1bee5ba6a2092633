import type { JobEvent } from '../machines/events.ts';
import { EventStream } from './event-stream.ts';
import type { JobActor } from './job-actor.ts';
import { contextOf, type JobResult, type JobSnapshot } from './job-result.ts';
import type { JobRuntime } from './job-runtime.ts';
import type { EventOf, EventPattern, Subscription } from './listeners.ts';
import { type TaskReason, whyTask } from './why.ts';

/**
 * One run of a workflow. Await it for its result; it never rejects. (So an async function that returns a job gives the result of
 * that job, not the job.)
 */
export interface Job<
  Context extends object = Record<string, unknown>,
  Name extends string = string,
  Workflow extends string = string,
> extends PromiseLike<JobResult<Context, Name, Workflow>> {
  readonly id: string;
  /** The name of the workflow; `job` for an array of tasks. */
  readonly workflow: Workflow;
  /** The actor of the job's machine, for an inspector or to read its state. Stopping it cancels the job. */
  readonly actor: JobActor;
  /** Resolves when the job has ended and every function it called has returned; perhaps never, if one does not stop. */
  readonly drained: Promise<void>;
  /**
   * Gives the context the job completes with.
   * @throws {JobFailedError | JobCancelledError | JobTimedOutError} as a rejection, when it does not complete; the error of the
   * task that failed is the `cause`
   */
  unwrap(): Promise<Context>;
  /** Ends the job at once, also before it has started; does nothing when it has ended. Tasks abort with `reason` as the cause. */
  cancel(reason?: unknown): void;
  /**
   * Calls a listener with each event of a type, of all tasks (`task.*`), of the job (`job.*`), or with each (`*`).
   * @throws {InvalidArgumentError} when there is no such event
   * @example
   * job.on('task.failed', ({ task, error }) => console.error(task, error));
   */
  on<Pattern extends EventPattern>(pattern: Pattern, listener: (event: EventOf<Pattern>) => unknown): Subscription;
  /**
   * Ends a job that has a `store` in this process only: it is not cancelled on record, and `resume` continues it, here or elsewhere. Its result
   * is `cancelled`, with a JobSuspendedError as the reason. What runs is run again then.
   * @throws {InvalidArgumentError} when the job has no store
   */
  suspend(): void;
  /** Gives the events from this call on, kept until they are asked for; ends with the job. */
  events(): AsyncIterableIterator<JobEvent, undefined>;
  /** Tells how the job and its tasks stand, in a copy that costs as much as there are tasks and values. */
  snapshot(): JobSnapshot<Context, Name, Workflow>;
  /**
   * Says why a task is in the state it is in.
   * @throws {InvalidArgumentError} when there is no such task
   */
  why(task: Name): TaskReason<Name>;
  /** Cancels the job and waits until it is drained. */
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

  events(): AsyncIterableIterator<JobEvent, undefined> {
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
