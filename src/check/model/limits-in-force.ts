import type { ResumeLimits } from '../resume-limits.ts';
import type { JobModel } from './model.ts';
import type { ModelTask } from './model-task.ts';

/** The limits of the process that a job runs in. */
export class LimitsInForce {
  /** Whether a resume may change them; if so, they are part of the state. */
  readonly mayChange: boolean;
  /** Their position in `resumeLimits`, counted from 1; 0 for the job's own limits. */
  place = 0;
  slots = 0;
  readonly #model: JobModel;
  readonly #tasks: readonly ModelTask[];

  constructor(model: JobModel, tasks: readonly ModelTask[]) {
    this.mayChange = model.resumeLimits.length > 0;
    this.#model = model;
    this.#tasks = tasks;
    this.apply(0);
  }

  /** The job is resumed with one of `resumeLimits`, or with its own limits. */
  change(limits: ResumeLimits | undefined): void {
    this.apply(this.#model.resumeLimits.indexOf(limits as ResumeLimits) + 1);
  }

  /** Restores the limits at a `place`. */
  apply(place: number): void {
    const { resumeLimits, ...own } = this.#model;
    const { maxConcurrency = own.maxConcurrency, maxRetries = own.maxRetries } = resumeLimits[place - 1] ?? {};
    this.place = place;
    this.slots = Math.min(maxConcurrency, this.#tasks.length);
    for (const task of this.#tasks) {
      task.limit(maxRetries);
      task.undo?.limit(maxRetries);
    }
  }
}
