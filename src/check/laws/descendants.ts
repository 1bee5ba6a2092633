import type { ModelTask } from '../model/model-task.ts';

const known = new WeakMap<ModelTask, readonly ModelTask[]>();

/** All tasks that depend on a task, directly or through others. */
export function descendantsOf(task: ModelTask): readonly ModelTask[] {
  let descendants = known.get(task);
  if (descendants === undefined) {
    const found = new Set(task.dependents);
    for (const one of found) {
      for (const next of one.dependents) {
        found.add(next);
      }
    }
    descendants = [...found];
    known.set(task, descendants);
  }
  return descendants;
}
