import { quote } from '../values/describe-value.ts';
import type { TaskGraph } from '../workflow/graph/task-graph.ts';
import { workflowOrder } from '../workflow/graph/workflow-order.ts';
import { requirementsOf } from '../workflow/requirements.ts';
import type { NewJob } from './job-store.ts';
import type { RecordedTask } from './recorded-task.ts';

/** One difference between a workflow and the one a job was started with. `message` describes it. */
export type WorkflowChange = { readonly message: string } & (
  | { readonly code: 'otherWorkflow' | 'otherVersion'; readonly before: string | undefined; readonly now: string | undefined }
  | { readonly code: 'taskAdded' | 'taskRemoved'; readonly task: string }
  | {
      readonly code: 'otherDependencies';
      readonly task: string;
      readonly added: readonly string[];
      readonly removed: readonly string[];
    }
  | {
      /** The task requires something else of its dependencies: that they complete, that they settle, or that one of a group completes. */
      readonly code: 'otherRequirements';
      readonly task: string;
    }
  | {
      readonly code: 'continueOnFailureChanged' | 'conditionChanged' | 'finallyChanged' | 'undoChanged';
      readonly task: string;
      readonly now: boolean;
    }
  | {
      /** Of several tasks that return the same key, another one may win. */
      readonly code: 'otherOrder';
      /** The tasks that still exist, in workflow order. */
      readonly before: readonly string[];
      readonly now: readonly string[];
    }
);

/** Identifies a workflow in a store. */
export type WorkflowShape = Pick<NewJob, 'workflow' | 'version' | 'tasks'>;

export function recordedTasks({ tasks }: TaskGraph): RecordedTask[] {
  return tasks.map((task) => ({
    name: task.name,
    dependencies: task.dependencies,
    continueOnFailure: task.continueOnFailure ?? false,
    ...requirementsOf(task),
    ...(task.when && { isConditional: true }),
    ...(task.finally && { isFinal: true }),
    ...(task.undo && { isUndoable: true }),
  }));
}

/** What a task has or not, and what it is called if that changes. */
const TRAITS = [
  { code: 'conditionChanged', what: 'a `when`', has: ({ isConditional }: RecordedTask) => isConditional === true },
  { code: 'continueOnFailureChanged', what: '`continueOnFailure`', has: (task: RecordedTask) => task.continueOnFailure },
  { code: 'finallyChanged', what: '`finally`', has: ({ isFinal }: RecordedTask) => isFinal === true },
  { code: 'undoChanged', what: 'an `undo`', has: ({ isUndoable }: RecordedTask) => isUndoable === true },
] as const;

/** Lists the changes of a workflow. The order of the dependencies of a task doesn't matter. */
export function workflowChanges(before: WorkflowShape, now: WorkflowShape): WorkflowChange[] {
  const changes: WorkflowChange[] = [];
  if (before.workflow !== now.workflow) {
    const message = `it was started with workflow ${quote(before.workflow)}, not ${quote(now.workflow)}`;
    changes.push({ code: 'otherWorkflow', before: before.workflow, now: now.workflow, message });
  }
  if (before.version !== now.version) {
    const name = (version: string | undefined) => (version === undefined ? 'no version' : `version ${quote(version)}`);
    const message = `it was started with ${name(before.version)}, and the workflow now has ${name(now.version)}`;
    changes.push({ code: 'otherVersion', before: before.version, now: now.version, message });
  }
  const [old, current] = [byName(before.tasks), byName(now.tasks)];
  for (const taskNow of now.tasks) {
    const { name: task, dependencies } = taskNow;
    const was = old.get(task);
    if (was === undefined) {
      changes.push({ code: 'taskAdded', task, message: `task ${quote(task)} is new` });
      continue;
    }
    const added = without(dependencies, was.dependencies);
    const removed = without(was.dependencies, dependencies);
    if (added.length + removed.length > 0) {
      const parts = [
        ...(added.length > 0 ? [`also depends on ${list(added)}`] : []),
        ...(removed.length > 0 ? [`no longer depends on ${list(removed)}`] : []),
      ];
      changes.push({ code: 'otherDependencies', task, added, removed, message: `task ${quote(task)} ${parts.join(', and ')}` });
    }
    if (added.length + removed.length === 0 && textOfRequirements(taskNow) !== textOfRequirements(was)) {
      changes.push({
        code: 'otherRequirements',
        task,
        message: `task ${quote(task)} requires something else of its dependencies`,
      });
    }
    for (const { code, what, has } of TRAITS) {
      const isNow = has(taskNow);
      if (isNow !== has(was)) {
        const message = `task ${quote(task)} ${isNow ? 'has' : 'no longer has'} ${what}`;
        changes.push({ code, task, now: isNow, message });
      }
    }
  }
  for (const { name: task } of before.tasks) {
    if (!current.has(task)) {
      changes.push({ code: 'taskRemoved', task, message: `task ${quote(task)} is gone` });
    }
  }
  const order = { before: namesInOrder(before.tasks, current), now: namesInOrder(now.tasks, old) };
  const place = order.now.findIndex((name, index) => name !== order.before[index]);
  if (place >= 0) {
    const [moved, behind] = [order.now[place], order.before[place]] as [string, string];
    const message = `the workflow order has changed: task ${quote(moved)} now comes before ${quote(behind)}`;
    changes.push({ code: 'otherOrder', ...order, message });
  }
  return changes;
}

/** What a task requires of its dependencies, as text; their order doesn't matter. */
const textOfRequirements = ({ settled = [], anyOf = [] }: RecordedTask): string =>
  JSON.stringify([[...settled].sort(), anyOf.map((group) => JSON.stringify([...group].sort())).sort()]);

/** The tasks that both versions have, in workflow order. */
function namesInOrder(tasks: readonly RecordedTask[], others: ReadonlyMap<string, unknown>): string[] {
  const places = new Map(tasks.map(({ name }, place) => [name, place]));
  const known = (names: readonly string[]) => names.map((name) => places.get(name)).filter((place) => place !== undefined);
  const names: string[] = [];
  for (const [place, position] of workflowOrder(tasks.map(({ dependencies }) => known(dependencies))).entries()) {
    names[position] = tasks[place]?.name as string;
  }
  return names.filter((name) => others.has(name));
}

const byName = (tasks: readonly RecordedTask[]) => new Map(tasks.map((task) => [task.name, task]));

function without(names: readonly string[], others: readonly string[]): string[] {
  const excluded = new Set(others);
  return names.filter((name) => !excluded.has(name));
}

const list = (names: readonly string[]): string => names.map(quote).join(', ');
