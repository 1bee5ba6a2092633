import { conditionText } from './condition-text.ts';
import { type Requirements, requirementsOf } from './requirements.ts';
import type { TaskSpec } from './task-spec.ts';

/** What a task requires before it runs, for those who draw it: names of tasks, and its condition as text. */
export interface ShownEdges extends Requirements {
  readonly when?: string;
}

/** Undefined if all dependencies have to complete, and nothing else. */
export const shownEdges = (task: TaskSpec): ShownEdges | undefined =>
  task.edges === undefined && task.when === undefined
    ? undefined
    : { ...requirementsOf(task), ...(task.when !== undefined && { when: conditionText(task.when) }) };
