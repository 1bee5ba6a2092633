import type { FailureReason, StopReason } from '../machines/events.ts';
import { quoteAny } from '../workflow/describe-value.ts';
import { InvalidArgumentError } from './errors/invalid-argument-error.ts';
import type { JobRuntime } from './job-runtime.ts';

/** Why a task is in the state it is in. Tell the kinds apart by `state`. */
export type TaskReason<Name extends string = string> =
  | {
      readonly state: 'unscheduled';
      /** The dependencies that have not completed; a task without dependencies has none, and waits for the start of the job. */
      readonly waitingFor: readonly Name[];
    }
  | {
      readonly state: 'ready';
      /** Its place in the queue for a slot: 1 is the next; 0 while it comes into the queue or leaves it. */
      readonly place: number;
    }
  | {
      readonly state: 'running';
      /** The number of the attempt that runs. */
      readonly attempt: number;
    }
  | {
      readonly state: 'backingOff';
      /** When the next attempt can begin: milliseconds since 1970-01-01 UTC, as the job's clock tells it. */
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
      readonly reason: StopReason;
      /** The dependencies that had not completed when the job ended. */
      readonly waitingFor: readonly Name[];
    };

/** Says why a task is in the state it is in, from what its machine has announced. */
export function whyTask(runtime: JobRuntime, task: string): TaskReason {
  const { nodes } = runtime;
  const node = nodes.get(task);
  if (node === undefined) {
    throw new InvalidArgumentError(`The job has no task ${quoteAny(task)}`);
  }
  const { state, attempts, error, reason } = node.record;
  const waitingFor = () => node.spec.dependencies.filter((name) => nodes.get(name)?.record.state !== 'completed');
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
      return { state, reason: reason as StopReason, waitingFor: waitingFor() };
  }
}
