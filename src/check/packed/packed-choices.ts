import type { Choice } from '../model/choice.ts';
import type { JobModel } from '../model/model.ts';
import type { ModelTask } from '../model/model-task.ts';
import { JOB_CANCEL, JOB_START, JOB_TIMER } from '../tables/job-table.ts';
import { isDuplicate, isTimer } from '../tables/task-codes.ts';
import { AWAITED } from '../tables/task-facts.ts';
import { JOB_WORDS, jobIn } from './packed-states.ts';
import { type PackedSystem, THE_JOB } from './packed-system.ts';

/** What can happen next in the current state of a packed system, in the order of `choicesOf`: tasks and codes. */
export class PackedChoices {
  readonly tasks: number[] = [];
  readonly codes: number[] = [];
  readonly #system: PackedSystem;
  readonly #model: JobModel;
  readonly #models: readonly ModelTask[];

  constructor(system: PackedSystem, model: JobModel, tasks: readonly ModelTask[]) {
    this.#system = system;
    this.#model = model;
    this.#models = tasks;
  }

  /** @param any the facts that hold for any task */
  find(any: number): void {
    const { timers, delivery, cancel } = this.#model;
    const { jobs, table, job } = this.#system;
    const { name, isSettled, choices } = jobs.local(job);
    this.tasks.length = 0;
    this.codes.length = 0;
    if (isSettled) {
      return;
    }
    if (name === 'idle') {
      this.#offer(THE_JOB, JOB_START);
    } else {
      this.#offerOfTasks(table.endings);
      if (timers !== 'idle' || (any & AWAITED) === 0) {
        this.#offerOfTasks(table.timers);
        for (const place of choices.keys()) {
          this.#offer(THE_JOB, JOB_TIMER + place);
        }
      }
    }
    if (cancel !== false) {
      this.#offer(THE_JOB, JOB_CANCEL);
    }
    if (name !== 'idle' && delivery === 'at-least-once') {
      this.#offerOfTasks(table.duplicates);
    }
  }

  isTimer(place: number): boolean {
    const code = this.codes[place] as number;
    return this.tasks[place] === THE_JOB ? code >= JOB_TIMER : isTimer(code);
  }

  isDuplicate(place: number): boolean {
    return this.tasks[place] !== THE_JOB && isDuplicate(this.codes[place] as number);
  }

  /**
   * A choice as an object.
   * @param base the state it was found in
   */
  choice(place: number, base: Uint16Array): Choice {
    const task = this.tasks[place] as number;
    const code = this.codes[place] as number;
    const { table, jobs } = this.#system;
    if (task !== THE_JOB) {
      return table.choiceOf(base[JOB_WORDS + task] as number, code, (this.#models[task] as ModelTask).name);
    }
    if (code >= JOB_TIMER) {
      return jobs.local(jobIn(base)).choices[code - JOB_TIMER] as Choice;
    }
    return { kind: code === JOB_START ? 'start' : 'cancel' };
  }

  #offerOfTasks(codes: readonly (readonly number[])[]): void {
    const { tasks } = this.#system;
    for (let task = 0; task < tasks.length; task += 1) {
      for (const code of codes[tasks[task] as number] as readonly number[]) {
        this.#offer(task, code);
      }
    }
  }

  #offer(task: number, code: number): void {
    this.tasks.push(task);
    this.codes.push(code);
  }
}
