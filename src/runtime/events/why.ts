import type { FailureReason, SkipReason, StopReason } from '../../machines/events.ts';
import { quoteAny } from '../../values/describe-value.ts';
import { InvalidArgumentError } from '../../values/invalid-argument-error.ts';
import type { JobRuntime } from '../job-runtime.ts';
import { isSettled, type TaskNode } from '../machines/task-node.ts';
import type { PendingUndo } from '../undo/pending-undo.ts';
import type { UndoNode } from '../undo/undo-phase.ts';
import type { TaskRecord, UndoReport } from './task-report.ts';

/** Why a task is in its current state. Discriminate by `state`. */
export type TaskReason<Name extends string = string> =
  | {
      readonly state: 'unscheduled';
      /**
       * The dependencies that haven't settled; before finally tasks can start, all tasks that haven't settled or been undone. Empty for a task
       * without dependencies, which waits for the job to start, and while the decision about its condition is being saved.
       */
      readonly waitingFor: readonly Name[];
      /** Only for a finally task: what it waits for first, the run of all ordinary tasks or their undo. */
      readonly after?: 'running' | 'undoing';
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
  | { readonly state: 'completed'; readonly attempts: number; readonly undo?: PendingUndo<Name> }
  | {
      readonly state: 'failed';
      readonly attempts: number;
      readonly reason: FailureReason;
      readonly error: unknown;
      readonly undo?: PendingUndo<Name>;
    }
  | { readonly state: 'cancelled'; readonly reason: StopReason; readonly undo?: PendingUndo<Name> }
  | {
      readonly state: 'undoing';
      /** Waiting for a slot. */
      readonly step: 'ready';
      readonly attempts: number;
      /** Its place in the queue for a slot: 1 is next; 0 while it enters or leaves the queue. */
      readonly place: number;
    }
  | { readonly state: 'undoing'; readonly step: 'running'; readonly attempts: number }
  | {
      readonly state: 'undoing';
      readonly step: 'backingOff';
      readonly attempts: number;
      /** When the next attempt can start, by the job's clock, in milliseconds since 1970-01-01 UTC. */
      readonly until: number;
      /** Why the last undo attempt failed. */
      readonly reason: FailureReason;
      readonly error: unknown;
    }
  | { readonly state: 'undone'; readonly attempts: number }
  | { readonly state: 'undoFailed'; readonly attempts: number; readonly reason: FailureReason; readonly error: unknown }
  | {
      readonly state: 'skipped';
      /** Its condition, its dependencies, or why the job ended. */
      readonly reason: SkipReason;
      /** Set if `reason` is `dependency`: the task behind the skip, which failed or was skipped by its own condition. */
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
  const undo = runtime.undo?.pending(node.index);
  const waitingFor = () => node.spec.dependencies.filter((name) => isUndecided(runtime.nodeOf(name)?.record));
  switch (state) {
    case 'unscheduled':
      return node.spec.finally === true ? whyFinally(runtime, waitingFor()) : { state, waitingFor: waitingFor() };
    case 'ready':
      return { state, place: runtime.placeOf(node) };
    case 'running':
      return { state, attempt: attempts };
    case 'backingOff':
      return { state, until: node.backoffUntil, reason: reason as FailureReason, error };
    case 'completed':
      return { state, attempts, ...(undo && { undo }) };
    case 'failed':
      return { state, attempts, reason: reason as FailureReason, error, ...(undo && { undo }) };
    case 'cancelled':
      return { state, reason: reason as StopReason, ...(undo && { undo }) };
    case 'undoing':
      return whyUndoing(runtime, runtime.undo?.nodes.get(node.index) as UndoNode);
    case 'undone':
      return { state, attempts: node.record.undo?.attempts ?? 0 };
    case 'undoFailed': {
      const { attempts: number, ...failure } = node.record.undo as UndoReport;
      return { state, attempts: number, reason: failure.reason as FailureReason, error: failure.error };
    }
    case 'skipped':
      return { state, reason: reason as SkipReason, ...(origin !== undefined && { origin }), waitingFor: waitingFor() };
  }
}

/** A finally task waits for everything else, and then for other finally tasks. */
function whyFinally({ state, nodes, undo }: JobRuntime, dependencies: readonly string[]): TaskReason {
  const isOther = ({ spec }: TaskNode) => spec.finally !== true;
  const after = state === 'undoing' ? state : 'running';
  const others = state === 'undoing' ? [...(undo?.nodes.values() ?? [])] : nodes.filter(isOther);
  const waitingFor = others.filter((node) => !isSettled(node)).map(({ spec }) => spec.name);
  return state === 'finishing'
    ? { state: 'unscheduled', waitingFor: dependencies }
    : { state: 'unscheduled', waitingFor: [...waitingFor, ...dependencies], after };
}

function whyUndoing(runtime: JobRuntime, node: UndoNode): TaskReason {
  const { state: step, attempts, reason, error } = node.record;
  switch (step) {
    case 'running':
      return { state: 'undoing', step, attempts };
    case 'backingOff':
      return { state: 'undoing', step, attempts, until: node.backoffUntil, reason: reason as FailureReason, error };
    default:
      return { state: 'undoing', step: 'ready', attempts, place: runtime.placeOf(node) };
  }
}

/** Whether a task hasn't settled, or only because its job ended. */
const isUndecided = (record: TaskRecord | undefined): boolean =>
  record?.endedAt === undefined || record.reason?.startsWith('job') === true;
