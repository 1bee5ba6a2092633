import type { ModelTask } from '../model/model-task.ts';

/** The workflow order, as the docs define it: repeatedly the first task in definition order whose dependencies have all been taken. */
export function workflowOrder(tasks: readonly ModelTask[]): readonly ModelTask[] {
  const taken = new Set<ModelTask>();
  const left = [...tasks];
  while (left.length > 0) {
    const next = left.findIndex(({ dependencies }) => dependencies.every((other) => taken.has(other)));
    for (const task of left.splice(next, 1)) {
      taken.add(task);
    }
  }
  return [...taken];
}
