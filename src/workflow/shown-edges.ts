import { conditionText } from './condition-text.ts';
import { type Requirements, requirementsOf } from './requirements.ts';
import type { TaskSpec } from './task-spec.ts';

/** What drawings show about a task: the names of tasks it requires, its condition as text, and more. */
export interface ShownEdges extends Requirements {
  readonly when?: string;
  /** It runs after everything else. */
  readonly finally?: true;
  /** It can be undone. */
  readonly undo?: true;
}

/** Undefined if all dependencies have to complete, and nothing else. */
export function shownEdges(task: TaskSpec): ShownEdges | undefined {
  const { edges, when, undo } = task;
  const isFinally = task.finally === true;
  if (edges === undefined && when === undefined && undo === undefined && !isFinally) {
    return undefined;
  }
  return {
    ...requirementsOf(task),
    ...(when !== undefined && { when: conditionText(when) }),
    ...(isFinally && { finally: true }),
    ...(undo !== undefined && { undo: true }),
  };
}
