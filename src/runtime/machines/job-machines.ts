import type { AnyEventObject } from 'xstate';
import { type MachineRecord, RecordHost } from '../../compiler/machine-record.ts';
import type { JobEmitted, TaskEmitted } from '../../machines/events.ts';
import type { JobMessage, TaskMessage } from '../../machines/messages.ts';
import type { JobActor } from './job-actor.ts';
import { provideEffects, recordTables } from './live-machines.ts';
import { isSettled, type TaskNode } from './task-node.ts';
import { type MachinesOptions, WatchedMachines } from './watched-machines.ts';

/** The machines of one job: records, stepped in place, until someone looks at them; then XState actors. */
export class JobMachines {
  readonly #options: MachinesOptions;
  readonly #jobs: RecordHost;
  readonly #tasks: RecordHost;
  readonly #job: MachineRecord;
  #watched: WatchedMachines | undefined;
  #isInspected: boolean;
  #hasStarted = false;

  constructor(options: MachinesOptions) {
    const { effects, inspect, interpreter, input } = options;
    this.#options = options;
    this.#isInspected = inspect !== undefined;
    const world = {
      system: provideEffects({}, effects),
      send: (from: MachineRecord, to: MachineRecord, event: AnyEventObject) => this.#deliver(from, to, event),
      schedule: (record: MachineRecord, event: AnyEventObject, delay: number, id: string) =>
        this.#schedule(record, event, delay, id),
      unschedule: (record: MachineRecord, id: string) => this.#unschedule(record, id),
    };
    const tables = recordTables();
    this.#jobs = new RecordHost(tables.job, { ...world, emit: (_, event) => effects.announceJob(event as JobEmitted) });
    this.#tasks = new RecordHost(tables.task, { ...world, emit: (_, event) => effects.announceTask(event as TaskEmitted) });
    this.#job = this.#jobs.make(input);
    if (inspect !== undefined || interpreter === 'xstate') {
      this.#watch();
    }
  }

  /** The actor of the job. From now on, all machines are actors. */
  get actor(): JobActor {
    return (this.#watched ?? this.#watch()).actor;
  }

  start(): void {
    if (!this.#hasStarted) {
      this.#hasStarted = true;
      if (this.#watched === undefined) {
        this.#jobs.start(this.#job, this.#options.input);
      } else {
        this.#watched.actor.start();
      }
    }
  }

  tellJob(message: JobMessage): void {
    if (this.#watched === undefined) {
      this.#jobs.send(this.#job, message);
    } else {
      this.#watched.tellJob(message);
    }
  }

  /** Sends a message to the machine of a task, unless the task has settled. */
  tellTask(node: TaskNode, message: TaskMessage): void {
    if (this.#watched !== undefined) {
      this.#watched.tellTask(node, message);
    } else if (!isSettled(node)) {
      node.machine ??= this.#tasks.make(this.#options.inputOf(node), this.#job);
      this.#tasks.send(node.machine, message);
    }
  }

  /** Inspectors see all tasks from the start. Otherwise the actor of a task is made for its first message. */
  get isInspected(): boolean {
    return this.#isInspected;
  }

  /** Makes the actor of a task, once the machines are actors. */
  spawn(node: TaskNode): void {
    this.#watched?.spawn(node);
  }

  /** Drops the machine of a settled task. */
  forget(node: TaskNode): void {
    node.machine = undefined;
    this.#watched?.forget(node);
  }

  #watch(): WatchedMachines {
    const onInspect = () => this.#beInspected();
    if (!this.#hasStarted) {
      this.#watched = new WatchedMachines(this.#options, onInspect);
      return this.#watched;
    }
    const { inFlight } = this.#tasks;
    const watched = new WatchedMachines(this.#options, onInspect, this.#job);
    this.#watched = watched;
    this.#spawn((node) => node.machine !== undefined);
    if (inFlight !== undefined) {
      watched.finish(inFlight);
    }
    return watched;
  }

  /** A late inspector isn't notified of actors that would already have existed. */
  #beInspected(): void {
    this.#isInspected = true;
    if (this.#hasStarted) {
      this.#spawn((node) => !isSettled(node));
    }
  }

  #spawn(isWanted: (node: TaskNode) => boolean): void {
    for (const node of this.#options.nodes) {
      if (isWanted(node)) {
        this.spawn(node);
      }
    }
  }

  #deliver(from: MachineRecord, to: MachineRecord, event: AnyEventObject): void {
    if (this.#watched !== undefined) {
      this.#watched.relay(from, to, event as JobMessage | TaskMessage);
    } else {
      (to === this.#job ? this.#jobs : this.#tasks).send(to, event);
    }
  }

  #schedule(record: MachineRecord, event: AnyEventObject, delay: number, id: string): void {
    if (this.#watched !== undefined) {
      this.#watched.schedule(record, event, delay, id);
      return;
    }
    record.timers ??= new Map();
    const { timers } = record;
    const fire = () => {
      timers.delete(id);
      this.#deliver(record, record, event);
    };
    timers.set(id, { event, delay, timer: this.#options.clock.setTimeout(fire, delay) });
  }

  #unschedule(record: MachineRecord, id: string): void {
    const timer = record.timers?.get(id);
    if (this.#watched !== undefined) {
      this.#watched.unschedule(record, id);
    } else if (timer !== undefined) {
      record.timers?.delete(id);
      this.#options.clock.clearTimeout(timer.timer);
    }
  }
}
