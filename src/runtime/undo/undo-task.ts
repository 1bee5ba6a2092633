import type { TaskSpec } from '../../workflow/task-spec.ts';
import type { UndoSpec } from '../../workflow/undo-spec.ts';

/** The undo of a task as a task, since it is attempted like one. */
export const undoTask = (name: string, undo: UndoSpec, dependencies: readonly string[] = []): TaskSpec => ({
  ...undo,
  name,
  run: undo.run as unknown as TaskSpec['run'],
  dependencies,
  edges: undefined,
  anyOf: 0,
  when: undefined,
  undo: undefined,
});
