import type { EventStamp } from '../../machines/events.ts';
import type { TaskFailure } from './task-report.ts';

/** The failures of a job, in the order they happened. A job that is resumed replays them in another order. */
export class Failures {
  readonly list: TaskFailure[] = [];
  readonly #times: number[] = [];

  /** The first failure. */
  get first(): TaskFailure | undefined {
    return this.list[0];
  }

  add(failure: TaskFailure, { at, restored }: EventStamp): void {
    const place = restored === true ? this.#times.findLastIndex((time) => time <= at) + 1 : this.list.length;
    this.list.splice(place, 0, failure);
    this.#times.splice(place, 0, at);
  }
}
