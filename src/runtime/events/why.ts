import type { FailureReason, SkipReason, StopReason } from '../../machines/events.ts';
import { quoteAny } from '../../values/describe-value.ts';
import { InvalidArgumentError } from '../../values/invalid-argument-error.ts';
import type { JobRuntime } from '../job-runtime.ts';
import type { TaskRecord } from './task-report.ts';

/** Why a task is in its current state. Discriminate by `state`. */
export type TaskReason<Name extends string = string> =
  | {
      readonly state: 'unscheduled';
      /** The dependencies that haven't settled. Empty for a task without dependencies, which waits for the job to start. */
      readonly waitingFor: readonly Name[];
    }
  | {
      readonly state: 'ready';
      /** Its place in the queue for a slot: 1 is next; 0 while it enters or leaves the queue. */
      readonly place: number;
    }
  | {
      readonly state: 'running';
      /** The number of the running attempt. */
      readonly attempt: number;
    }
  | {
      readonly state: 'backingOff';
      /** When the next attempt can start, by the job's clock, in milliseconds since 1970-01-01 UTC. */
      readonly until: number;
      /** Why the last attempt failed. */
      readonly reason: FailureReason;
      readonly error: unknown;
    }
  | { readonly state: 'completed'; readonly attempts: number }
  | { readonly state: 'failed'; readonly attempts: number; readonly reason: FailureReason; readonly error: unknown }
  | { readonly state: 'cancelled'; readonly reason: StopReason }
  | {
      readonly state: 'skipped';
      /** Its condition, a dependency that it required to complete, or why the job ended. */
      readonly reason: SkipReason;
      /** If `reason` is `dependency`: the task that failed, or was skipped by its condition, and so kept this one from running. */
      readonly origin?: Name;
      /** The dependencies that hadn't settled when the job ended; empty if it was skipped before. */
      readonly waitingFor: readonly Name[];
    };

/** Explains the state of a task, from the events of its machine. */
export function whyTask(runtime: JobRuntime, task: string): TaskReason {
  const node = runtime.nodeOf(task);
  if (node === undefined) {
    throw new InvalidArgumentError(`The job has no task ${quoteAny(task)}`);
  }
  const { state, attempts, error, reason, origin } = node.record;
  const waitingFor = () => node.spec.dependencies.filter((name) => isUndecided(runtime.nodeOf(name)?.record));
  switch (state) {
    case 'unscheduled':
      return { state, waitingFor: waitingFor() };
    case 'ready':
      return { state, place: runtime.placeOf(node) };
    case 'running':
      return { state, attempt: attempts };
    case 'backingOff':
      return { state, until: node.backoffUntil, reason: reason as FailureReason, error };
    case 'completed':
      return { state, attempts };
    case 'failed':
      return { state, attempts, reason: reason as FailureReason, error };
    case 'cancelled':
      return { state, reason: reason as StopReason };
    case 'skipped':
      return { state, reason: reason as SkipReason, ...(origin !== undefined && { origin }), waitingFor: waitingFor() };
  }
}

/** Whether a task hasn't settled, or only because its job ended. */
const isUndecided = (record: TaskRecord | undefined): boolean =>
  record?.endedAt === undefined || record.reason?.startsWith('job') === true;
