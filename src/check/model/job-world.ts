import type { AnyEventObject } from 'xstate';
import type { JobInput } from '../../machines/job.machine.ts';
import type { JobMessage } from '../../machines/messages.ts';
import { Coordinator } from '../../runtime/machines/coordinator.ts';
import { KNOWN } from '../../runtime/machines/slot-queue.ts';
import { Turns } from '../../time/turns.ts';
import { isSettled } from '../laws/transition-rules.ts';
import type { NamedAction } from '../tables/local-machine.ts';
import type { AttemptWorld } from './attempt-world.ts';
import type { Policy } from './choice.ts';
import { LimitsInForce } from './limits-in-force.ts';
import type { JobModel } from './model.ts';
import { carryOut, nameIn } from './model-actions.ts';
import { ModelAttempts } from './model-attempts.ts';
import { ModelDecisions } from './model-decisions.ts';
import { ModelActor, ModelTask, makeModelTasks } from './model-task.ts';
import { ObservedWorld } from './observed-world.ts';
import { PendingRecords } from './pending-records.ts';
import type { SteppedActor } from './stepped-actor.ts';

/** The machines of a job, with the coordinator and the turns of `run`, and what performs their actions. */
export abstract class JobWorld extends ObservedWorld implements AttemptWorld {
  readonly model: JobModel;
  readonly job: ModelActor;
  readonly tasks: readonly ModelTask[];
  readonly limits: LimitsInForce;
  /** What the retry policy decides; undefined if there is only one possible decision. */
  policy: Policy | undefined;
  beginsNothing = false;
  /** How the job has ended according to its store, if it ends in this step. */
  savedEnd: string | undefined;
  /** The task that failed first, without `continueOnFailure`. */
  firstFailed: ModelTask | undefined;
  /** Whether nothing more can be saved in this step. */
  protected isLost = false;
  protected isStarted = false;
  protected attempts!: ModelAttempts;
  protected decisions!: ModelDecisions;
  protected records!: PendingRecords;
  #turns!: Turns;
  #coordinator!: Coordinator<ModelTask>;
  readonly #roots: readonly ModelTask[];
  readonly #byName: ReadonlyMap<string, ModelTask>;

  constructor(model: JobModel) {
    super();
    const { graph, maxConcurrency, timeout = null, onFailure, machines } = model;
    this.model = model;
    const { length } = graph.tasks;
    const slots = Math.min(maxConcurrency, length);
    const input: JobInput = { tasks: length, finals: 0, undoable: 0, slots, timeout, onFailure, undo: [] };
    this.job = new ModelActor(machines.job, 'job', input);
    this.tasks = makeModelTasks(model, this.job);
    this.limits = new LimitsInForce(model, this.tasks);
    this.#byName = new Map(this.tasks.map((task) => [task.name, task]));
    this.#roots = graph.roots.map((index) => this.tasks[index] as ModelTask);
    this.reset([]);
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

  act(_: SteppedActor, action: NamedAction): void {
    if (action.type === 'saveEnd') {
      const { state } = action.params as { state: string };
      if (this.isLost && state !== 'detached') {
        return;
      }
      this.savedEnd = state;
    }
    const { attempts, decisions, firstFailed } = this;
    carryOut(action, this.task(nameIn(action)), { coordinator: this.#coordinator, attempts, decisions, firstFailed });
  }

  override emit(actor: SteppedActor, event: AnyEventObject): void {
    if (event.type === 'task.failed' && actor instanceof ModelTask && actor.spec.continueOnFailure !== true) {
      this.firstFailed ??= actor;
    }
    super.emit(actor, event);
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

  protected tellJob(message: JobMessage): void {
    if (!this.isStarted) {
      this.isStarted = true;
      this.turn(() => this.job.start(this));
    }
    this.turn(() => this.isSettled || this.job.deliver(message, this));
  }

  /** Starts clean, even if a broken machine failed in the middle of an earlier step. */
  protected reset(queue: readonly ModelTask[]): void {
    this.#turns = new Turns();
    this.records = new PendingRecords((event) => this.turn(event));
    this.attempts = new ModelAttempts(this, this.#turns, this.records);
    this.decisions = new ModelDecisions(this, this.#turns, this.records);
    this.#coordinator = new Coordinator<ModelTask>(
      this.#turns,
      {
        nodes: this.tasks,
        roots: this.#roots,
        dependentsOf: ({ dependents }) => dependents,
        hasEdges: true,
        specOf: ({ spec }) => spec,
        blockerOf: ({ state, name, origin = name }) =>
          state.name === 'completed' ? null : { task: origin, position: this.task(origin).position },
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
