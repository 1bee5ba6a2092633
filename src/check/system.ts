import type { AnyEventObject } from 'xstate';
import type { JobInput } from '../machines/job.machine.ts';
import type { JobMessage } from '../machines/messages.ts';
import { Coordinator } from '../runtime/coordinator.ts';
import { Turns } from '../runtime/turns.ts';
import { type Choice, type CrashChoice, type Policy, policyIn } from './choice.ts';
import type { JobModel } from './model.ts';
import { carryOut, nameIn } from './model-actions.ts';
import { ModelAttempts } from './model-attempts.ts';
import { ModelActor, ModelTask, makeModelTasks } from './model-task.ts';
import type { Observer } from './observer.ts';
import { choicesOf } from './possible-choices.ts';
import { decodeState, encodeState } from './state-code.ts';
import type { ActorWorld, LocalState, LocalStep, NamedAction, SteppedActor } from './stepped-actor.ts';
import { isSettled } from './transition-rules.ts';

/**
 * A job whose outside events are chosen. Its machines, coordinator and turns are those of `run`; `take` decides how attempts
 * end, when timers fire and when the job is cancelled.
 */
export class System implements ActorWorld {
  readonly model: JobModel;
  readonly job: ModelActor;
  readonly tasks: readonly ModelTask[];
  readonly slots: number;
  observer: Observer | undefined;
  /** What the retry policy decides; undefined if there is only one possible decision. */
  policy: Policy | undefined;
  #turns!: Turns;
  #attempts!: ModelAttempts;
  readonly #roots: readonly ModelTask[];
  readonly #byName: ReadonlyMap<string, ModelTask>;
  #coordinator!: Coordinator<ModelTask>;
  #started = false;
  #calls = 0;
  #cancelAt = 0;

  constructor(model: JobModel) {
    const { graph, maxConcurrency, timeout, machines } = model;
    this.model = model;
    this.slots = Math.min(maxConcurrency, graph.tasks.length);
    const input: JobInput = { tasks: graph.tasks.length, slots: this.slots, timeout: timeout ?? null };
    this.job = new ModelActor(machines.job, 'job', input);
    this.tasks = makeModelTasks(model, this.job);
    this.#byName = new Map(this.tasks.map((task) => [task.name, task]));
    this.#roots = graph.roots.map((index) => this.tasks[index] as ModelTask);
    this.#begin([]);
  }

  get queue(): readonly ModelTask[] {
    return this.#coordinator.queue.toArray();
  }

  /** Whether the job is saved. */
  get isRecorded(): boolean {
    return this.model.crash !== false;
  }

  get isSettled(): boolean {
    return isSettled(this.job.announced);
  }

  task(name: string): ModelTask {
    return this.#byName.get(name) as ModelTask;
  }

  /** Restores a state returned by `save`. */
  load(code: string): void {
    const queue = decodeState(this, code);
    this.#started = this.job.announced !== 'idle';
    this.#begin(queue);
  }

  /** The state of the job at rest. */
  save(): string {
    return encodeState(this, this.isSettled ? [] : this.queue);
  }

  /** What can happen next to the job at rest. */
  choices(): Choice[] {
    return choicesOf(this);
  }

  /**
   * Makes a choice and runs everything that follows, until the job is at rest again.
   * @returns how many listeners and functions were called
   * @throws {CheckError} if the attempt is not running, or the timer is not pending
   */
  take(choice: Choice): number {
    this.policy = policyIn(choice);
    this.#calls = 0;
    this.#cancelAt = choice.cancelAt ?? 0;
    switch (choice.kind) {
      case 'start':
        this.#tellJob({ type: 'job.start' });
        break;
      case 'cancel':
        this.#cancel();
        break;
      case 'attempt':
        this.turn(() => this.#attempts.end(choice));
        break;
      case 'timer':
        this.#fire(choice.task === undefined ? this.job : this.task(choice.task), choice.timer);
        break;
      case 'crash':
        this.#crash(choice);
        break;
      case 'duplicate':
        this.turn(() => this.#attempts.duplicate(choice));
    }
    this.#attempts.followRecords();
    return this.#calls;
  }

  /** Makes a call with only this observer watching. */
  observedBy<T>(observer: Observer | undefined, call: () => T): T {
    const before = this.observer;
    this.observer = observer;
    try {
      return call();
    } finally {
      this.observer = before;
    }
  }

  act(_: SteppedActor, action: NamedAction): void {
    carryOut(action, this.task(nameIn(action)), this.#coordinator, this.#attempts);
  }

  emit(actor: SteppedActor, event: AnyEventObject): void {
    const teller = actor as ModelActor;
    this.observer?.emitted?.(teller, event);
    teller.announced = event.to;
    this.#count();
  }

  send(to: object, event: AnyEventObject): void {
    const receiver = [this.job, ...this.tasks].find(({ self }) => self === to);
    if (receiver === undefined) {
      this.observer?.refused?.(undefined, event);
    } else {
      receiver.deliver(event, this);
    }
  }

  moved(actor: SteppedActor, event: AnyEventObject, before: LocalState, step: LocalStep): void {
    this.observer?.moved?.(actor as ModelActor, event, before, step);
  }

  refused(actor: SteppedActor, event: AnyEventObject): void {
    this.observer?.refused?.(actor, event);
  }

  called(task: ModelTask, attempt: number): void {
    this.observer?.called?.(task, attempt);
    this.#count();
  }

  aborted(task: ModelTask, attempt: number): void {
    this.observer?.aborted?.(task, attempt);
    this.#count();
  }

  /** Makes an outside event happen once everything is quiet. */
  turn(event: () => void): void {
    this.#turns.take(() => this.#beginTurn(event));
  }

  /** Makes an outside event happen after all others. */
  turnLast(event: () => void): void {
    this.#turns.takeLast(() => this.#beginTurn(event));
  }

  #beginTurn(event: () => void): void {
    this.observer?.turnBegins?.();
    event();
  }

  #tellJob(message: JobMessage): void {
    if (!this.#started) {
      this.#started = true;
      this.turn(() => this.job.start(this));
    }
    this.turn(() => this.isSettled || this.job.deliver(message, this));
  }

  #cancel(): void {
    this.#tellJob({ type: 'job.cancel', reason: 'cancelled' });
  }

  /** Counts a call of user code, which may cancel the job. */
  #count(): void {
    this.#calls += 1;
    if (this.#calls === this.#cancelAt) {
      this.#cancel();
    }
  }

  #fire(actor: ModelActor, timer: string): void {
    const { event } = actor.takeTimer(timer);
    if (actor instanceof ModelTask && timer === 'backoff') {
      actor.record.endBackoff(actor.attempts);
    }
    this.turn(() => actor.deliver(event, this));
  }

  #crash({ task, recorded }: CrashChoice): void {
    if (task !== undefined) {
      this.turn(() => this.#attempts.repeat(this.task(task)));
      return;
    }
    const isCancelled = recorded?.kind === 'cancel';
    if (recorded !== undefined && !isCancelled) {
      this.#attempts.record(recorded);
    }
    for (const actor of [this.job, ...this.tasks]) {
      actor.reset();
    }
    this.#started = false;
    this.#begin([]);
    this.#tellJob({ type: 'job.start' });
    if (isCancelled) {
      this.#cancel();
    }
  }

  /** Starts clean, even if a broken machine failed in the middle of an earlier step. */
  #begin(queue: readonly ModelTask[]): void {
    this.#turns = new Turns();
    this.#attempts = new ModelAttempts(this, this.#turns);
    this.#coordinator = new Coordinator<ModelTask>(
      this.#turns,
      {
        nodes: this.tasks,
        roots: this.#roots,
        spawn: (task) => task.start(this),
        isSettled: (task) => isSettled(task.announced),
        tellTask: (task, message) => task.deliver(message, this),
        tellJob: (message) => this.job.deliver(message, this),
      },
      queue,
    );
  }
}
