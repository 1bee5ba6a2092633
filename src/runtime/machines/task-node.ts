import type { ActorRefFrom } from 'xstate';
import type { MachineRecord } from '../../compiler/machine-record.ts';
import type { EventStamp, TaskEmitted } from '../../machines/events.ts';
import type { TaskContext, TaskInput, TaskMachine } from '../../machines/task.machine.ts';
import { mayHaveActed } from '../../machines/undo-events.ts';
import type { TaskGraph } from '../../workflow/graph/task-graph.ts';
import { shownEdges } from '../../workflow/shown-edges.ts';
import type { TaskSpec } from '../../workflow/task-spec.ts';
import type { Attempt } from '../attempts/attempt.ts';
import { recordEvent, type TaskRecord } from '../events/task-report.ts';

export type TaskActor = ActorRefFrom<TaskMachine>;

/** The state of one task of a job. */
export interface TaskNode {
  /** Its place in definition order. */
  readonly index: number;
  readonly spec: TaskSpec;
  readonly record: TaskRecord;
  /** Its machine, while nobody looks at it. Made for the first message, and dropped when the task has settled. */
  machine: MachineRecord | undefined;
  /** Its machine, once somebody looks at it. */
  actor: TaskActor | undefined;
  /** When the latest attempt got its slot, by the job's clock, if it has a timeout. */
  grantedAt: number;
  /** The running attempt. */
  attempt: Attempt | undefined;
  /** When the current backoff ends, by the job's clock. */
  backoffUntil: number;
  /** Whether it is the undo of a task. */
  readonly isUndo: boolean;
  /** What a task that can be undone may have done. */
  readonly effects: Effects | undefined;
}

interface Effects {
  /** How many functions that were called for it have not returned. */
  calls: number;
  /** Whether an attempt that didn't complete the task may have had an effect. */
  mayRemain: boolean;
}

export const isSettled = ({ record }: TaskNode): boolean => record.endedAt !== undefined;

/** The result of the running attempt is no longer needed, or has been taken. */
export function finishAttempt(node: TaskNode): Attempt | undefined {
  const { attempt } = node;
  attempt?.finish();
  node.attempt = undefined;
  return attempt;
}

/** Updates a task from one of its events. */
export function recordTransition(node: TaskNode, event: TaskEmitted & EventStamp): void {
  recordEvent(node.record, event);
  if (node.effects !== undefined) {
    node.effects.mayRemain ||= mayHaveActed(event, node.effects.calls > 0);
  }
  if (event.type === 'task.backingOff') {
    node.backoffUntil = event.at + event.delay;
  }
}

/** Makes the nodes of a graph, in definition order. */
export function makeNodes({ tasks }: TaskGraph): TaskNode[] {
  return tasks.map((spec, index) => makeNode(spec, index));
}

/** The number under which an attempt is saved. */
export const savedNumber = ({ isUndo }: TaskNode, attempt: number): number => (isUndo ? -attempt : attempt);

export const makeNode = (spec: TaskSpec, index: number, isUndo = false): TaskNode => ({
  index,
  spec,
  isUndo,
  machine: undefined,
  actor: undefined,
  grantedAt: 0,
  attempt: undefined,
  backoffUntil: 0,
  effects: spec.undo && { calls: 0, mayRemain: false },
  record: { task: spec.name, state: 'unscheduled', attempts: 0 },
});

/** The context of the machine of a task that has had a message. */
export const contextOf = ({ machine, actor }: TaskNode): TaskContext =>
  (machine?.context ?? actor?.getSnapshot().context) as TaskContext;

/** The input of the machine of a task. A retry that is saved happens even if the job is resumed with fewer. */
export function inputOf(spec: TaskSpec, defaultRetries: number, savedRetries = 0): TaskInput {
  const { name, dependencies, anyOf, when, maxRetries, timeout, continueOnFailure } = spec;
  return {
    task: name,
    dependencies,
    anyOf,
    isConditional: when !== undefined,
    // The context of a machine is JSON.
    maxRetries: Math.min(Math.max(maxRetries ?? defaultRetries, savedRetries), Number.MAX_SAFE_INTEGER),
    timeout: timeout ?? null,
    continueOnFailure: continueOnFailure ?? false,
    shown: shownEdges(spec),
  };
}
