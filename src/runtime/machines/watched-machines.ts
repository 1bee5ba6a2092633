import type { AnyEventObject } from 'xstate';
import { forgetActor, relay, schedule, unschedule } from '../../compiler/actor-internals.ts';
import { type MachineRecord, snapshotOf } from '../../compiler/machine-record.ts';
import type { JobInput } from '../../machines/job.machine.ts';
import type { JobMessage, TaskMessage } from '../../machines/messages.ts';
import type { TaskContext, TaskInput } from '../../machines/task.machine.ts';
import type { TurnClock } from '../../time/clock.ts';
import { loadXState } from '../../xstate/load-xstate.ts';
import type { GuardedInspector, Inspector } from '../run-options.ts';
import { type JobActor, makeJobActor } from './job-actor.ts';
import { type Interpreter, type LiveMachines, liveMachines, type MachineEffects, provideEffects } from './live-machines.ts';
import { isSettled, type TaskActor, type TaskNode } from './task-node.ts';

/** What the machines of a job need. */
export interface MachinesOptions {
  readonly id: string;
  readonly input: JobInput;
  readonly nodes: Iterable<TaskNode>;
  readonly clock: TurnClock;
  readonly interpreter: Interpreter;
  /** The inspector passed to `run`, if any. */
  readonly inspect: GuardedInspector | undefined;
  readonly effects: MachineEffects;
  inputOf(node: TaskNode): TaskInput;
  cancel(reason: unknown): void;
  guard(inspector: Inspector): GuardedInspector;
}

/** The machines of a job as XState actors in one system, for everyone who wants to look at them. */
export class WatchedMachines {
  readonly actor: JobActor;
  readonly #options: MachinesOptions;
  readonly #machines: LiveMachines[Interpreter];
  readonly #tables: LiveMachines['tables'];
  readonly #send: (message: JobMessage) => void;
  readonly #actors = new Map<MachineRecord, JobActor | TaskActor>();
  /** The timer that takes the place of the next one. */
  #adopted: unknown;

  /**
   * Makes the actor of the job, from its record if it has started.
   * @param onInspect called before an inspector is added
   */
  constructor(options: MachinesOptions, onInspect: () => void, record?: MachineRecord) {
    const { id, input, clock, inspect, interpreter, cancel, guard, effects } = options;
    const live = liveMachines();
    this.#options = options;
    this.#machines = live[interpreter];
    this.#tables = live.tables;
    const adoptive = {
      ...clock,
      setTimeout: (callback: () => void, delay: number) => this.#adopt(callback) ?? clock.setTimeout(callback, delay),
    };
    const { actor, send } = makeJobActor(
      this.#machines.job,
      {
        id,
        input,
        clock: adoptive,
        ...(inspect && { inspect }),
        ...(record && { snapshot: snapshotOf(record, live.tables.job) }),
      },
      cancel,
      guard,
      onInspect,
    );
    this.actor = actor;
    this.#send = send;
    provideEffects(actor.system, effects);
    actor.on('*', (event) => effects.announceJob(event));
    if (record !== undefined) {
      actor.start();
      this.#take(record, actor);
    }
  }

  tellJob(message: JobMessage): void {
    this.#send(message);
  }

  /** Sends a message to the machine of a task, unless the task has settled. */
  tellTask(node: TaskNode, message: TaskMessage): void {
    if (!isSettled(node)) {
      this.spawn(node);
      node.actor?.send(message);
    }
  }

  /** Delivers what a record sent before it became an actor. */
  relay(from: MachineRecord, to: MachineRecord, event: JobMessage | TaskMessage): void {
    const [source, target] = [this.#actors.get(from), this.#actors.get(to)];
    if (source !== undefined && target !== undefined) {
      relay(source, target, event);
    }
  }

  /** Schedules what a record has scheduled before it became an actor. */
  schedule(record: MachineRecord, event: AnyEventObject, delay: number, id: string): void {
    const actor = this.#actors.get(record);
    if (actor !== undefined) {
      schedule(actor, event, delay, id);
    }
  }

  unschedule(record: MachineRecord, id: string): void {
    const actor = this.#actors.get(record);
    if (actor !== undefined) {
      unschedule(actor, id);
    }
  }

  /** Makes an actor that sends what a task has yet to send, although it has settled and its actor would be gone. */
  finish(record: MachineRecord): void {
    if (!this.#actors.has(record)) {
      const { task: id } = record.context as TaskContext;
      const options = { id, parent: this.actor, snapshot: snapshotOf(record, this.#tables.task) };
      this.#actors.set(record, loadXState().createActor(this.#machines.task, options as never) as TaskActor);
    }
  }

  /** Makes the actor of a task, from its record if it has one. */
  spawn(node: TaskNode): void {
    if (node.actor !== undefined) {
      return;
    }
    const { interpreter, inputOf, effects } = this.#options;
    const { machine: record } = node;
    // Not `spawnChild`: it copies the list of children each time.
    const actor = loadXState().createActor(this.#machines.task, {
      id: node.isUndo ? `undo ${node.spec.name}` : node.spec.name,
      parent: this.actor,
      ...(record ? { snapshot: snapshotOf(record, this.#tables.task) } : { input: inputOf(node) }),
    } as never) as TaskActor;
    if (interpreter === 'xstate') {
      actor.on('*', (event) => effects.announceTask(event));
    }
    node.actor = actor;
    actor.start();
    if (record !== undefined) {
      node.machine = undefined;
      this.#take(record, actor);
    }
  }

  /** Drops the actor of a settled task, so that a job with many tasks keeps few actors. */
  forget(node: TaskNode): void {
    if (node.actor !== undefined) {
      forgetActor(node.actor);
      node.actor = undefined;
    }
  }

  /** Lets an actor take the place of a record, with its timers. */
  #take(record: MachineRecord, actor: JobActor | TaskActor): void {
    this.#actors.set(record, actor);
    for (const [id, { event, delay, timer }] of record.timers ?? []) {
      this.#adopted = timer;
      schedule(actor, event, delay, id);
      this.#adopted = undefined;
    }
    record.timers = undefined;
  }

  #adopt(callback: () => void): unknown {
    const timer = this.#adopted;
    if (timer !== undefined) {
      this.#options.clock.redirect(timer, callback);
    }
    return timer;
  }
}
