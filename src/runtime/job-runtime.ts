import { isInspected } from '../compiler/actor-internals.ts';
import type { EventStamp, JobEmitted, JobState, StopReason, TaskEmitted } from '../machines/events.ts';
import type { JobMessage, TaskMessage } from '../machines/messages.ts';
import type { TaskGraph } from '../workflow/task-graph.ts';
import { watchAbort } from './abort-watch.ts';
import { AttemptRunner } from './attempt-runner.ts';
import { callSafely } from './call-safely.ts';
import { inTurns, type JobClock } from './clock.ts';
import { Coordinator } from './coordinator.ts';
import { deferred } from './deferred.ts';
import { detailsOf, type EarlyEnd, errorOf } from './early-end.ts';
import { type JobActor, makeJobActor } from './job-actor.ts';
import { type JobResult, markResult } from './job-result.ts';
import { Listeners } from './listeners.ts';
import { liveMachines, type MachineEffects, provideEffects } from './live-machines.ts';
import { type JobSettings, safeInspector } from './run-options.ts';
import { SharedContext } from './shared-context.ts';
import { TaskActors } from './task-actors.ts';
import { finishAttempt, isSettled, makeNodes, recordTransition, type TaskNode } from './task-node.ts';
import { failureOf, type TaskReport } from './task-report.ts';
import { Turns } from './turns.ts';

/** Joins the machines of one job to the world: does what they want done, and tells what happens. */
export class JobRuntime implements MachineEffects {
  readonly id: string;
  readonly settings: JobSettings;
  readonly actor: JobActor;
  readonly context: SharedContext;
  readonly listeners: Listeners;
  readonly settled = deferred<JobResult>();
  readonly drained = deferred<void>();
  readonly nodes: ReadonlyMap<string, TaskNode>;
  readonly #turns = new Turns();
  readonly #clock: JobClock;
  readonly #sendToJob: (message: JobMessage) => void;
  readonly #attempts: AttemptRunner;
  readonly #actors: TaskActors;
  readonly #coordinator: Coordinator<TaskNode>;
  #state: JobState = 'idle';
  #sequence = 0;
  #end: EarlyEnd | undefined;
  /** The reason with which attempts abort, one for all. */
  #endError: unknown;
  /** Stops watching the signal. */
  #unwatch: (() => void) | undefined;

  constructor(graph: TaskGraph, settings: JobSettings) {
    const nodes = makeNodes(graph);
    const { name, clock, inspect, maxConcurrency, timeout, onEvent, onListenerError } = settings;
    this.id = settings.id ?? `${name}-${Math.random().toString(36).slice(2, 10)}`;
    this.settings = settings;
    this.context = new SharedContext(settings.context);
    this.listeners = new Listeners(onListenerError);
    if (onEvent !== undefined) {
      this.listeners.add('*', onEvent);
    }
    this.nodes = new Map(nodes.map((node) => [node.spec.name, node]));
    this.#coordinator = new Coordinator(this.#turns, {
      nodes,
      roots: graph.roots.map((index) => nodes[index] as TaskNode),
      spawn: (node) => this.#actors.spawn(node),
      isSettled,
      tellTask: (node, message) => this.tell(node, message),
      tellJob: (message) => this.#sendToJob(message),
    });
    this.#attempts = new AttemptRunner(this, this.#turns, () => this.#checkDrained());
    this.#clock = inTurns(clock, this.#turns, onListenerError);
    const { actor, send } = makeJobActor(
      liveMachines[settings.interpreter].job,
      {
        id: this.id,
        input: { tasks: nodes.length, slots: Math.min(maxConcurrency, nodes.length), timeout: timeout ?? null },
        clock: this.#clock,
        ...(inspect && { inspect }),
      },
      (reason) => this.cancel(reason),
      (inspector) => safeInspector(inspector, onListenerError),
    );
    this.actor = actor;
    this.#sendToJob = send;
    this.#actors = new TaskActors(actor, settings, (event) => this.announceTask(event));
    provideEffects(actor.system, this);
    actor.on('*', (event) => this.#announceJob(event));
  }

  get state(): JobState {
    return this.#state;
  }

  get isSettled(): boolean {
    return this.#state !== 'idle' && this.#state !== 'running';
  }

  get tasks(): Map<string, TaskReport> {
    const tasks = new Map<string, TaskReport>();
    for (const [name, { record }] of this.nodes) {
      // Nothing is written into it any more when the job has ended.
      tasks.set(name, Object.freeze(this.isSettled ? record : { ...record }));
    }
    return tasks;
  }

  /** The place of a task in the queue for a slot: 1 is the next; 0 when it is not in it. */
  placeOf(node: TaskNode): number {
    return this.#coordinator.queue.placeOf(node);
  }

  /** Starts the job, unless it was cancelled meanwhile; it is cancelled at once if its signal has aborted. */
  start(): void {
    if (this.isSettled) {
      return;
    }
    const { signal } = this.settings;
    const cancel = () => this.#safely(() => this.cancel(signal?.reason));
    this.#safely(() => {
      this.#unwatch = signal && watchAbort(signal, cancel);
    });
    this.#tellJob({ type: 'job.start' });
  }

  cancel(reason: unknown): void {
    this.#tellJob({ type: 'job.cancel', reason });
  }

  tell(node: TaskNode, message: TaskMessage): void {
    this.#actors.tell(node, message);
  }

  spawnTasks(): void {
    // Who inspects the job sees all of it from the start. Else the actor of a task is made when there is a message for it.
    if (isInspected(this.actor.system)) {
      this.#coordinator.spawnTasks();
    }
  }

  scheduleRoots(): void {
    this.#coordinator.scheduleRoots();
  }

  notifyDependents(task: string): void {
    this.#coordinator.notifyDependents(this.#node(task));
  }

  enqueueTask(task: string): void {
    this.#coordinator.enqueueTask(this.#node(task));
  }

  grantSlot(): void {
    this.#coordinator.grantSlot();
  }

  stopTasks(reason: StopReason, cause: unknown): void {
    this.#end = this.#endBy(reason, cause);
    this.#endError = errorOf(this.#end);
    this.#coordinator.stopTasks(reason, detailsOf(this.#end));
  }

  startAttempt(task: string, attempt: number): void {
    this.#turns.defer(() => this.#attempts.start(this.#node(task), attempt));
  }

  expireAttempt(task: string): void {
    this.#turns.defer(() => this.#attempts.expire(this.#node(task)));
  }

  abortAttempt(task: string): void {
    // At once, so that whoever hears of it sees that the attempt is over.
    const attempt = finishAttempt(this.#node(task));
    this.#turns.defer(() => attempt?.abort(this.#endError));
  }

  mergeOutput(output: object | undefined): void {
    if (output !== undefined) {
      this.context.merge(output);
    }
  }

  #node(task: string): TaskNode {
    return this.nodes.get(task) as TaskNode;
  }

  #safely(call: () => unknown): void {
    callSafely(call, this.settings.onListenerError);
  }

  /** Tells the job something from outside, after it has made its tasks. */
  #tellJob(message: JobMessage): void {
    const unlessSettled = (step: () => void) => this.#turns.take(() => this.isSettled || step());
    unlessSettled(() => this.actor.start());
    unlessSettled(() => this.#sendToJob(message));
  }

  announceTask(emitted: TaskEmitted): void {
    const event = this.#stamp(emitted);
    const node = this.#node(event.task);
    recordTransition(node, event);
    if (isSettled(node)) {
      this.#actors.forget(node);
    }
    this.listeners.tell(event);
  }

  #announceJob(emitted: JobEmitted): void {
    this.#state = emitted.to;
    this.listeners.tell(this.#stamp(emitted));
    if (this.isSettled) {
      this.#safely(() => this.#unwatch?.());
      this.listeners.end();
      this.settled.resolve(this.#result());
      this.#checkDrained();
    }
  }

  #stamp<Emitted extends TaskEmitted | JobEmitted>(emitted: Emitted): Emitted & EventStamp {
    this.#sequence += 1;
    // Onto the event itself, which the machine has just made: a copy of each would be a good part of the garbage of a job.
    const event = emitted as Emitted & { -readonly [Key in keyof EventStamp]: EventStamp[Key] };
    event.sequence = this.#sequence;
    event.at = this.#clock.now();
    return event;
  }

  #endBy(reason: StopReason, cause: unknown): EarlyEnd {
    switch (reason) {
      case 'jobFailed':
        return { state: 'failed', failure: failureOf(this.#node(cause as string).record) };
      case 'jobCancelled':
        return { state: 'cancelled', reason: cause };
      case 'jobTimedOut':
        return { state: 'timedOut', timeout: this.settings.timeout as number };
    }
  }

  #result(): JobResult {
    const end = this.#end ?? { state: 'completed' as const };
    return markResult({ ...end, context: Object.freeze(this.context.copy()), tasks: this.tasks } as JobResult);
  }

  #checkDrained(): void {
    if (this.isSettled && this.#attempts.isIdle) {
      this.drained.resolve();
    }
  }
}
