import type { AnyEventObject } from 'xstate';
import type { TaskEmitted } from '../../machines/events.ts';
import type { JobInput } from '../../machines/job.machine.ts';
import type { JobMessage, TaskMessage } from '../../machines/messages.ts';
import { mayHaveActed, undoEvent } from '../../machines/undo-events.ts';
import { Coordinator } from '../../runtime/machines/coordinator.ts';
import { KNOWN } from '../../runtime/machines/slot-queue.ts';
import { type UndoResult, undoResult } from '../../runtime/undo/undo-result.ts';
import { Turns } from '../../time/turns.ts';
import { isSettled } from '../laws/transition-rules.ts';
import type { NamedAction } from '../tables/local-machine.ts';
import type { AttemptWorld } from './attempt-world.ts';
import type { MadeEnding, Policy } from './choice.ts';
import { LimitsInForce } from './limits-in-force.ts';
import { makeModelTasks } from './make-model-tasks.ts';
import type { JobModel } from './model.ts';
import { carryOut, nameIn } from './model-actions.ts';
import { ModelAttempts } from './model-attempts.ts';
import { ModelDecisions } from './model-decisions.ts';
import { ModelEnding, type PhaseTasks } from './model-ending.ts';
import { ModelActor, ModelTask } from './model-task.ts';
import { ObservedWorld } from './observed-world.ts';
import { PendingRecords } from './pending-records.ts';
import type { SteppedActor } from './stepped-actor.ts';
import { makeUndoTasks, UndoTask } from './undo-task.ts';

/** The machines of a job, with the coordinator and the turns of `run`, and what performs their actions. */
export abstract class JobWorld extends ObservedWorld implements AttemptWorld {
  readonly model: JobModel;
  readonly job: ModelActor;
  readonly tasks: readonly ModelTask[];
  /** The undo of each task that has one. */
  readonly undos: readonly UndoTask[];
  /** The finally tasks. */
  readonly finals: readonly ModelTask[];
  /** All other tasks. */
  readonly ordinary: readonly ModelTask[];
  readonly limits: LimitsInForce;
  /** What the retry policy decides; undefined if there is only one possible decision. */
  policy: Policy | undefined;
  beginsNothing = false;
  /** How the job has ended according to its store, if it ends in this step. */
  savedEnd: string | undefined;
  /** The task that failed first, without `continueOnFailure`. */
  firstFailed: ModelTask | undefined;
  /** How the job will end, as far as that is saved. */
  savedEnding: MadeEnding | undefined;
  /** Whether nothing more can be saved in this step. */
  isLost = false;
  protected isStarted = false;
  protected attempts!: ModelAttempts;
  protected decisions!: ModelDecisions;
  protected records!: PendingRecords;
  protected ending!: ModelEnding;
  #turns!: Turns;
  #coordinator!: Coordinator<ModelTask>;
  readonly #roots: readonly ModelTask[];
  readonly #byName: ReadonlyMap<string, ModelTask>;

  constructor(model: JobModel) {
    super();
    this.model = model;
    this.job = new ModelActor(model.machines.job, 'job', inputOf(model));
    this.tasks = makeModelTasks(model, this.job);
    this.undos = makeUndoTasks(model, this.tasks, this.job);
    this.finals = this.tasks.filter(({ spec }) => spec.finally === true);
    this.ordinary = this.finals.length === 0 ? this.tasks : this.tasks.filter(({ spec }) => spec.finally !== true);
    this.limits = new LimitsInForce(model, this.tasks);
    this.#byName = new Map(this.tasks.map((task) => [task.name, task]));
    this.#roots = model.graph.roots.map((index) => this.tasks[index] as ModelTask).filter(({ spec }) => spec.finally !== true);
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

  /** Whether the job has not started. */
  get isIdle(): boolean {
    return this.job.announced === 'idle';
  }

  /** The job has ended, or it is decided how it will. */
  get isDecided(): boolean {
    return this.job.announced !== 'running' && this.job.announced !== 'idle';
  }

  /** What the job reports about what it has undone. */
  get undoResult(): UndoResult {
    return undoResult(this.undos.filter(({ isPlanned }) => isPlanned).map(({ announced }) => announced));
  }

  /** All tasks, and what undoes them. */
  get all(): readonly ModelTask[] {
    return this.undos.length === 0 ? this.tasks : [...this.tasks, ...this.undos];
  }

  /** The tasks of the current phase. */
  get current(): readonly ModelTask[] {
    switch (this.job.announced) {
      case 'undoing':
        return this.undos.filter(({ isPlanned }) => isPlanned);
      case 'finishing':
        return this.finals;
      default:
        return this.ordinary;
    }
  }

  task(name: string): ModelTask {
    const task = this.#byName.get(name) as ModelTask;
    return task?.undo?.isPlanned === true ? task.undo : task;
  }

  taskOrUndo(name: string, isUndo = false): ModelTask {
    const task = this.#byName.get(name) as ModelTask;
    return (isUndo ? task.undo : undefined) ?? task;
  }

  decidedEnding(ending: MadeEnding): void {
    this.decisions.made.push(ending);
  }

  tell(task: ModelTask, message: TaskMessage): void {
    task.deliver(message, this);
  }

  act(_: SteppedActor, action: NamedAction): void {
    if (action.type === 'saveEnd') {
      const { state } = action.params as { state: string };
      if (this.isLost && state !== 'detached') {
        return;
      }
      this.savedEnd = state;
    }
    const { attempts, decisions, ending, firstFailed } = this;
    carryOut(action, this.task(nameIn(action)), { coordinator: this.#coordinator, attempts, decisions, ending, firstFailed });
  }

  override emit(actor: SteppedActor, event: AnyEventObject): void {
    if (actor instanceof UndoTask) {
      this.emitOfUndo(actor, event, undoEvent(event as unknown as TaskEmitted, actor.before));
      return;
    }
    if (actor instanceof ModelTask) {
      if (event.type === 'task.failed' && actor.spec.continueOnFailure !== true) {
        this.firstFailed ??= actor;
      }
      if (actor.undo !== undefined) {
        actor.hasActed ||= mayHaveActed(event as unknown as TaskEmitted, this.attempts.isCalled(actor));
      }
    }
    super.emit(actor, event);
  }

  send(to: object, event: AnyEventObject): void {
    const isReceiver = ({ self }: SteppedActor) => self === to;
    const receiver = isReceiver(this.job) ? this.job : (this.tasks.find(isReceiver) ?? this.undos.find(isReceiver));
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
    const tasks: PhaseTasks = { all: this.tasks, ordinary: this.ordinary, finals: this.finals, undos: this.undos };
    this.ending = new ModelEnding(this, tasks, this.#turns, this.records, () => this.#coordinator);
    if (this.job.announced === 'undoing') {
      this.ending.undoing.goOn();
    }
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

function inputOf({ graph, maxConcurrency, timeout, onFailure, undo }: JobModel): JobInput {
  const { length } = graph.tasks;
  const undoable = graph.tasks.filter((task) => task.undo !== undefined).length;
  return {
    tasks: length - graph.finals.length,
    finals: graph.finals.length,
    undoable,
    slots: Math.min(maxConcurrency, length),
    timeout: timeout ?? null,
    onFailure,
    undo: undoable === 0 ? [] : undo,
  };
}
