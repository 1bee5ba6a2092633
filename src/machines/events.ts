import type { JobEmitted } from './job-events.ts';
import type { TaskEmitted, UndoEmitted } from './task-events.ts';

export type * from './job-events.ts';
export * from './states.ts';
export type * from './task-events.ts';

/** The fields the runtime adds to each event of a job. */
export interface EventStamp {
  /** The event's number within its job, starting at 1. */
  readonly sequence: number;
  /** When it happened, by the job's clock: milliseconds since 1970-01-01 UTC. */
  readonly at: number;
  /** Set if the event happened in an earlier process and is emitted again after a resume; `at` is the original time. */
  readonly restored?: true;
}

/** A transition of the job or one of its tasks, as listeners receive it. */
export type JobEvent = (TaskEmitted | UndoEmitted | JobEmitted) & EventStamp;
