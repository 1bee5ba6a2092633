import type { ActorRefFrom } from 'xstate';
import type { EventStamp, TaskEmitted } from '../machines/events.ts';
import type { taskMachine } from '../machines/task.machine.ts';
import type { TaskGraph } from '../workflow/task-graph.ts';
import type { TaskSpec } from '../workflow/task-spec.ts';
import type { Attempt } from './attempt.ts';
import { recordEvent, type TaskRecord } from './task-report.ts';

export type TaskActor = ActorRefFrom<typeof taskMachine>;

/** What a job keeps of one of its tasks. */
export interface TaskNode {
  readonly spec: TaskSpec;
  /** In the order in which they are made ready together. */
  readonly dependents: TaskNode[];
  readonly record: TaskRecord;
  /** Made when there is a message for it, and gone when the task has settled. */
  actor: TaskActor | undefined;
  /** The attempt that runs. */
  attempt: Attempt | undefined;
  /** When the current backoff ends, as the job's clock tells it. */
  backoffUntil: number;
}

export const isSettled = ({ record }: TaskNode): boolean => record.endedAt !== undefined;

/** Nobody wants the result of the running attempt any more, or it has been taken. */
export function finishAttempt(node: TaskNode): Attempt | undefined {
  const { attempt } = node;
  attempt?.finish();
  node.attempt = undefined;
  return attempt;
}

/** Keeps what an event tells of a task. */
export function recordTransition(node: TaskNode, event: TaskEmitted & EventStamp): void {
  recordEvent(node.record, event);
  if (event.type === 'task.backingOff') {
    node.backoffUntil = event.at + event.delay;
  }
}

/** Makes the nodes of a graph, linked, in the order of definition. */
export function makeNodes(graph: TaskGraph): TaskNode[] {
  const nodes = graph.tasks.map(
    (spec): TaskNode => ({
      spec,
      dependents: [],
      actor: undefined,
      attempt: undefined,
      backoffUntil: 0,
      record: { task: spec.name, state: 'unscheduled', attempts: 0 },
    }),
  );
  for (const [index, dependents] of graph.dependents.entries()) {
    const node = nodes[index] as TaskNode;
    for (const dependent of dependents) {
      node.dependents.push(nodes[dependent] as TaskNode);
    }
  }
  return nodes;
}
