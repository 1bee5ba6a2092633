import type { AnyEventObject } from 'xstate';
import type { JobInput } from '../../machines/job.machine.ts';
import { isSettled } from '../laws/transition-rules.ts';
import { Interruptions } from '../model/interruptions.ts';
import type { JobModel } from '../model/model.ts';
import type { ModelTask } from '../model/model-task.ts';
import { JobTable, numberOf } from '../tables/job-table.ts';
import * as program from '../tables/program.ts';
import { Suspicion } from '../tables/suspicion.ts';
import { COMPLETED } from '../tables/task-facts.ts';
import { TaskTable } from '../tables/task-table.ts';
import { Ring } from './ring.ts';

const NONE = -1;

/** An event that a machine has emitted; the task is -1 for the job. */
export interface LoggedEvent {
  readonly event: AnyEventObject;
  readonly task: number;
}

/** The machines of a job and its tasks as numbers, and what they have deferred. */
export class PackedMachines {
  readonly table: TaskTable;
  readonly jobs: JobTable;
  /** The state of each task. */
  readonly tasks: Uint16Array;
  /** The state of the job. */
  job = 0;
  /** The ready tasks, in the order in which they get slots. */
  readonly queue: Ring;
  readonly interruptions = new Interruptions();
  /** The events of the step, if they are of interest. */
  log: LoggedEvent[] | undefined;
  /** Effects that wait for the end of the current step of a machine: pairs of an instruction and a task. */
  protected readonly effects: Ring;
  /** Whether the function of a running attempt has not been called yet, for each task. */
  protected readonly uncalled: Uint8Array;
  /** The task that completed in this step. */
  protected completed = NONE;
  /** Whether a function was called in this turn. */
  protected hasCalled = false;
  /** Whether the job has announced its end. */
  protected isOver = false;
  readonly #dependencies: readonly (readonly number[])[];
  readonly #slots: number;
  #running = 0;
  #savedEnd = NONE;

  constructor(model: JobModel, tasks: readonly ModelTask[], onTransitions: program.OnTransitions) {
    const { graph, maxConcurrency, timeout, machines } = model;
    const count = graph.tasks.length;
    this.#slots = Math.min(maxConcurrency, count);
    const input: JobInput = {
      tasks: count,
      finals: 0,
      undoable: 0,
      slots: this.#slots,
      timeout: timeout ?? null,
      onFailure: 'stop',
      undo: [],
    };
    this.jobs = new JobTable(machines.job, input, onTransitions);
    this.table = new TaskTable(model, tasks, this.jobs, onTransitions);
    this.tasks = Uint16Array.from(this.table.initial);
    this.queue = new Ring(2 * count);
    this.effects = new Ring(8 * count + 16);
    this.uncalled = new Uint8Array(count);
    this.#dependencies = graph.dependencies;
  }

  protected beginStep(cancelAt: number, running: number): void {
    this.interruptions.begin(cancelAt);
    this.completed = NONE;
    this.hasCalled = false;
    this.isOver = false;
    this.#running = running;
    this.#savedEnd = NONE;
  }

  protected tellTask(task: number, code: number): void {
    const step = this.table.program(this.tasks[task] as number, code);
    const { next, instructions, slots } = step;
    this.tasks[task] = next;
    if (step.needsDependencies) {
      this.requireDependencies(task);
    }
    this.#running += slots;
    if (slots > 0 && this.#running > this.#slots) {
      throw new Suspicion('too many running tasks');
    }
    if (step.completes) {
      this.#complete(task);
    }
    for (const instruction of instructions) {
      switch (program.operationOf(instruction)) {
        case program.EMIT:
          if (this.isOver) {
            throw new Suspicion('an event after the end of the job');
          }
          this.log?.push({ event: step.events[program.argumentOf(instruction)] as AnyEventObject, task });
          this.interruptions.call();
          break;
        case program.SEND:
          this.tellJob(program.argumentOf(instruction), task);
          break;
        case program.ABORT:
          this.#abort(task, instruction);
          break;
        default:
          this.defer(instruction, task);
      }
    }
  }

  /** A function that has not been called yet needs no abort signal. */
  #abort(task: number, instruction: number): void {
    if (this.uncalled[task] === 1) {
      this.uncalled[task] = 0;
    } else {
      this.defer(instruction, task);
    }
  }

  #complete(task: number): void {
    if (this.completed !== NONE) {
      throw new Suspicion('two tasks that complete in one step');
    }
    this.completed = task;
  }

  protected requireDependencies(task: number): void {
    const { facts } = this.table;
    for (const dependency of this.#dependencies[task] as readonly number[]) {
      if (((facts[this.tasks[dependency] as number] as number) & COMPLETED) === 0) {
        throw new Suspicion('an open dependency');
      }
    }
  }

  /** @param task the sender */
  protected tellJob(code: number, task = NONE): void {
    const { next, instructions, events } = this.jobs.program(this.job, code);
    this.job = next;
    for (const instruction of instructions) {
      switch (program.operationOf(instruction)) {
        case program.EMIT:
          this.#announce(events[program.argumentOf(instruction)] as AnyEventObject);
          break;
        case program.ENQUEUE:
          this.queue.push(task);
          break;
        case program.GRANT:
          if (this.queue.length === 0) {
            throw new Suspicion('a slot for nobody');
          }
          this.defer(instruction, this.queue.shift());
          break;
        case program.SAVE_END:
          this.#savedEnd = program.argumentOf(instruction);
          this.defer(instruction, NONE);
          break;
        default:
          this.defer(instruction, task);
      }
    }
  }

  #announce(event: AnyEventObject): void {
    const isEnd = isSettled(event.to);
    if (this.isOver || (isEnd && (this.#savedEnd !== numberOf(event.to) || this.hasCalled))) {
      throw new Suspicion('an event of the job');
    }
    this.isOver = isEnd;
    this.log?.push({ event, task: NONE });
    this.interruptions.call();
  }

  protected defer(instruction: number, task: number): void {
    this.effects.push(instruction);
    this.effects.push(task);
  }
}
