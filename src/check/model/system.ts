import type { AnyEventObject } from 'xstate';
import type { JobInput } from '../../machines/job.machine.ts';
import type { JobMessage } from '../../machines/messages.ts';
import { Coordinator } from '../../runtime/machines/coordinator.ts';
import { KNOWN } from '../../runtime/machines/slot-queue.ts';
import { Turns } from '../../time/turns.ts';
import { isSettled } from '../laws/transition-rules.ts';
import type { NamedAction } from '../tables/local-machine.ts';
import { type Choice, type CrashChoice, type Policy, policyIn } from './choice.ts';
import { LimitsInForce } from './limits-in-force.ts';
import type { JobModel } from './model.ts';
import { carryOut, nameIn } from './model-actions.ts';
import { ModelAttempts } from './model-attempts.ts';
import { ModelActor, ModelTask, makeModelTasks } from './model-task.ts';
import { ObservedWorld } from './observed-world.ts';
import { choicesOf } from './possible-choices.ts';
import { decodeState, encodeState } from './state-code.ts';
import type { ActorWorld, SteppedActor } from './stepped-actor.ts';

/**
 * A job whose outside events are chosen. Its machines, coordinator and turns are those of `run`; `take` decides how attempts
 * end, when timers fire and when the job is cancelled.
 */
export class System extends ObservedWorld implements ActorWorld {
  readonly model: JobModel;
  readonly job: ModelActor;
  readonly tasks: readonly ModelTask[];
  readonly limits: LimitsInForce;
  /** What the retry policy decides; undefined if there is only one possible decision. */
  policy: Policy | undefined;
  beginsNothing = false;
  /** How the job has ended according to its store, if it ends in this step. */
  savedEnd: string | undefined;
  #turns!: Turns;
  #attempts!: ModelAttempts;
  readonly #roots: readonly ModelTask[];
  readonly #byName: ReadonlyMap<string, ModelTask>;
  #coordinator!: Coordinator<ModelTask>;
  /** Why the job fails, if it does in this step. */
  #end: { failedTask?: string } = {};
  /** Whether nothing more can be saved in this step. */
  #isLost = false;
  #started = false;

  constructor(model: JobModel) {
    super();
    const { graph, maxConcurrency, timeout, machines } = model;
    this.model = model;
    const { length } = graph.tasks;
    const input: JobInput = {
      tasks: length,
      slots: Math.min(maxConcurrency, length),
      timeout: timeout ?? null,
      onFailure: 'stop',
    };
    this.job = new ModelActor(machines.job, 'job', input);
    this.tasks = makeModelTasks(model, this.job);
    this.limits = new LimitsInForce(model, this.tasks);
    this.#byName = new Map(this.tasks.map((task) => [task.name, task]));
    this.#roots = graph.roots.map((index) => this.tasks[index] as ModelTask);
    this.#reset([]);
  }

  get queue(): readonly ModelTask[] {
    return this.#coordinator.queue.toArray();
  }

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
    this.#reset(queue);
  }

  /** The state of the job at rest. */
  save(): string {
    return encodeState(this, this.isSettled ? [] : this.queue);
  }

  /** What can happen next to the job at rest. */
  choices(): Iterable<Choice> {
    return choicesOf(this);
  }

  /**
   * Makes a choice and runs everything that follows, until the job is at rest again.
   * @returns where a cancellation makes a difference: values for `cancelAt`, one for each distinct step
   * @throws {CheckError} if the attempt is not running, or the timer is not pending
   */
  take(choice: Choice): readonly number[] {
    this.beginStep(choice.cancelAt ?? 0);
    this.#end = {};
    this.#isLost = 'isLost' in choice;
    this.savedEnd = undefined;
    this.beginsNothing = choice.kind === 'crash' && choice.recorded?.kind === 'cancel';
    const land = this.#beginSaving(choice);
    this.policy = policyIn(choice);
    this.#begin(choice);
    if (this.#isLost) {
      this.#detach();
    } else {
      land();
    }
    this.#attempts.followRecords();
    return this.endStep();
  }

  #begin(choice: Choice): void {
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
        break;
      case 'detach':
        this.#detach();
    }
  }

  /** Ends the attempt whose outcome is being saved during a choice. Returns a function that saves it. */
  #beginSaving(choice: Choice): () => void {
    const inFlight = choice.kind === 'crash' || !('inFlight' in choice) ? undefined : choice.inFlight;
    if (inFlight === undefined) {
      return () => {};
    }
    this.policy = inFlight.policy;
    const land = this.#attempts.whileSaving(() => this.#begin(inFlight));
    return () => this.turn(land);
  }

  act(_: SteppedActor, action: NamedAction): void {
    if (action.type === 'saveEnd') {
      const { state } = action.params as { state: string };
      if (this.#isLost && state !== 'detached') {
        return;
      }
      this.savedEnd = state;
    }
    carryOut(action, this.task(nameIn(action)), this.#coordinator, this.#attempts, this.#end);
  }

  send(to: object, event: AnyEventObject): void {
    const receiver = to === this.job.self ? this.job : this.tasks.find(({ self }) => self === to);
    if (receiver === undefined) {
      this.refused(undefined, event);
    } else {
      receiver.deliver(event, this);
    }
  }

  /** Makes an outside event happen once everything is quiet. */
  turn(event: () => void, kind: 'take' | 'replay' = 'take'): void {
    this.#turns[kind](() => {
      this.beginTurn();
      event();
    });
  }

  #tellJob(message: JobMessage): void {
    if (!this.#started) {
      this.#started = true;
      this.turn(() => this.job.start(this));
    }
    this.turn(() => this.isSettled || this.job.deliver(message, this));
  }

  #detach(): void {
    this.turn(() => this.#attempts.abortExpired());
    this.#tellJob({ type: 'job.detach', error: 'detached' });
  }

  #cancel(): void {
    this.#tellJob({ type: 'job.cancel', reason: 'cancelled' });
  }

  protected onCancel(): void {
    this.#cancel();
  }

  #fire(actor: ModelActor, timer: string): void {
    const { event } = actor.takeTimer(timer);
    if (actor instanceof ModelTask && timer === 'backoff') {
      actor.record.endBackoff(actor.attempts);
    }
    this.turn(() => actor.deliver(event, this));
  }

  #crash({ task, recorded, inFlight, limits }: CrashChoice): void {
    if (task !== undefined) {
      this.turn(() => this.#attempts.repeat(this.task(task)));
      return;
    }
    const isCancelled = recorded?.kind === 'cancel';
    for (const saved of [recorded, inFlight]) {
      if (saved !== undefined && saved.kind !== 'cancel') {
        this.policy = saved.policy;
        this.#attempts.record(saved);
      }
    }
    this.limits.change(limits);
    for (const actor of [this.job, ...this.tasks]) {
      actor.reset();
    }
    this.#started = false;
    this.#reset([]);
    this.#tellJob({ type: 'job.start', limits: { slots: this.limits.slots, timeout: this.model.timeout ?? null, onFailure: 'stop' } });
    if (isCancelled) {
      this.#cancel();
    }
  }

  /** Starts clean, even if a broken machine failed in the middle of an earlier step. */
  #reset(queue: readonly ModelTask[]): void {
    this.#turns = new Turns();
    this.#attempts = new ModelAttempts(this, this.#turns);
    this.#coordinator = new Coordinator<ModelTask>(
      this.#turns,
      {
        nodes: this.tasks,
        roots: this.#roots,
        dependentsOf: ({ dependents }) => dependents,
        specOf: ({ spec }) => spec,
        blockerOf: () => null,
        spawn: (task) => task.start(this),
        isSettled: (task) => isSettled(task.announced),
        rankOf: (task) => (this.isRecorded ? task.rank : KNOWN),
        tellTask: (task, message) => task.deliver(message, this),
        tellJob: (message) => this.job.deliver(message, this),
      },
      queue,
    );
  }
}
