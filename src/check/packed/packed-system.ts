import { JOB_STATES } from '../../machines/events.ts';
import type { JobModel } from '../model/model.ts';
import type { ModelTask } from '../model/model-task.ts';
import { END_SAVED, END_SAVED_AS_FAILED, JOB_CANCEL } from '../tables/job-table.ts';
import * as program from '../tables/program.ts';
import { Suspicion } from '../tables/suspicion.ts';
import { DEPENDENCY_COMPLETED, EXPIRED, isTimer, policyIn, SLOT_GRANTED, TASK_CANCEL } from '../tables/task-codes.ts';
import { RUNNING, SETTLED } from '../tables/task-facts.ts';
import { PackedMachines } from './packed-machines.ts';
import { Ring } from './ring.ts';

/** Stands for the job where the number of a task is expected. */
export const THE_JOB = -1;
const FAILED = JOB_STATES.indexOf('failed');

/** Judges what the function of a task sees. */
export interface ContextJudge {
  /**
   * @param completed the task that completed in this step; -1 if none did
   * @throws {Suspicion}
   */
  mayCall(task: number, completed: number): void;
}

/**
 * Does what `System` does for a job that isn't saved, with numbers: what machines do comes from their tables, and the rest is what the
 * coordinator, the turns and the attempts of a job do. Throws a suspicion where a law may be broken.
 */
export class PackedSystem extends PackedMachines {
  /** What functions see is judged by this, if it is set. */
  context: ContextJudge | undefined;
  readonly #dependents: readonly (readonly number[])[];
  readonly #roots: readonly number[];
  readonly #all: readonly number[];
  /** The functions to call: pairs of a task and an attempt. */
  readonly #calls: Ring;
  #policy = 0;

  constructor(model: JobModel, tasks: readonly ModelTask[], onTransitions: program.OnTransitions) {
    super(model, tasks, onTransitions);
    const { dependents, roots } = model.graph;
    this.#dependents = tasks.map(({ index }) => dependents.map(index, (task) => task));
    this.#roots = roots;
    this.#all = tasks.map(({ index }) => index);
    this.#calls = new Ring(4 * tasks.length);
  }

  /**
   * Makes a choice and runs everything that follows, from the state that has been put into `tasks`, `job` and `queue`.
   * @param task the number of a task, or `THE_JOB`
   * @param cancelAt as in a choice; 0 for none
   * @param running how many tasks are running before
   * @throws {Suspicion}
   */
  take(task: number, code: number, cancelAt: number, running: number): void {
    this.beginStep(cancelAt, running);
    if (task === THE_JOB) {
      this.tellJob(code);
    } else {
      this.#policy = isTimer(code) ? policyIn(code) : 0;
      this.tellTask(task, code);
    }
    this.#endPart();
    while (this.interruptions.isCancelled || this.#calls.length > 0) {
      if (this.interruptions.isCancelled) {
        this.#cancel();
      } else {
        this.#call(this.#calls.shift(), this.#calls.shift());
      }
    }
    if (this.isOver) {
      this.queue.clear();
    }
  }

  #cancel(): void {
    this.interruptions.isCancelled = false;
    this.hasCalled = false;
    if (!this.isOver) {
      this.tellJob(JOB_CANCEL);
    }
    this.#endPart();
  }

  /** Performs all effects; then the part of the step is over. */
  #endPart(): void {
    while (this.effects.length > 0) {
      this.#perform(this.effects.shift(), this.effects.shift());
    }
    this.interruptions.endPart(this.isOver);
  }

  /** Calls the function of a task, unless the attempt is over. */
  #call(task: number, attempt: number): void {
    const state = this.tasks[task] as number;
    if (this.table.attempts[state] !== attempt) {
      return;
    }
    if (((this.table.facts[state] as number) & RUNNING) === 0) {
      throw new Suspicion('the call of a task that is not running');
    }
    this.uncalled[task] = 0;
    this.hasCalled = true;
    this.requireDependencies(task);
    this.context?.mayCall(task, this.completed);
    this.interruptions.call();
    this.interruptions.endPart(this.isOver);
  }

  #perform(instruction: number, task: number): void {
    const argument = program.argumentOf(instruction);
    switch (program.operationOf(instruction)) {
      case program.SCHEDULE_ROOTS:
        this.#tellTasks(this.#roots, DEPENDENCY_COMPLETED);
        break;
      case program.NOTIFY:
        this.#tellTasks(this.#dependents[task] as readonly number[], DEPENDENCY_COMPLETED);
        break;
      case program.GRANT:
        this.tellTask(task, SLOT_GRANTED);
        break;
      case program.STOP_ALL:
        for (const one of this.#all) {
          this.#stop(one, argument);
        }
        break;
      case program.START:
        this.tasks[task] = this.table.started(this.tasks[task] as number, argument);
        this.uncalled[task] = 1;
        this.#calls.push(task);
        this.#calls.push(argument);
        break;
      case program.EXPIRE:
        this.interruptions.call();
        this.tellTask(task, EXPIRED + this.#policy);
        break;
      case program.ABORT:
        this.interruptions.call();
        break;
      case program.SAVE_END:
        this.tellJob(argument === FAILED ? END_SAVED_AS_FAILED : END_SAVED);
    }
  }

  #stop(task: number, reason: number): void {
    if (((this.table.facts[this.tasks[task] as number] as number) & SETTLED) === 0) {
      this.tellTask(task, TASK_CANCEL + reason);
    }
  }

  #tellTasks(tasks: readonly number[], code: number): void {
    for (const task of tasks) {
      this.tellTask(task, code);
    }
  }
}
