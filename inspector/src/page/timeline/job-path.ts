import { criticalPath, type Link } from './critical-path.ts';
import type { TimelineTask } from './timeline-task.ts';

/** No name of a task that someone chose begins like this. */
const UNDO = '\0undo ';

/**
 * The critical path of a job, undos and finally tasks included. An undo depends on those of the tasks that depend on its task or, if it is
 * one of the first, on the end of all tasks; finally tasks depend on everything else.
 */
export function jobPath(tasks: readonly TimelineTask[], now: number): Link[] {
  const path = criticalPath(unfolded(tasks), now);
  return path.map((link) => ({ ...link, name: link.name.startsWith(UNDO) ? link.name.slice(UNDO.length) : link.name }));
}

/** Makes a task of each undo, and adds what only the end of a phase shows to the dependencies. */
function unfolded(tasks: readonly TimelineTask[]): readonly TimelineTask[] {
  const undone = tasks.filter(({ spans }) => spans.some(({ isUndo }) => isUndo));
  if (undone.length === 0 && !tasks.some(({ isFinally }) => isFinally)) {
    return tasks;
  }
  const ordinary = tasks.filter(({ isFinally }) => !isFinally).map(({ name }) => name);
  const before = beforeUndo(tasks, new Set(undone.map(({ name }) => name)));
  const undos = undone.map((task): TimelineTask => {
    const dependencies = before(task.name);
    return {
      ...task,
      name: UNDO + task.name,
      dependencies: dependencies.length === 0 ? ordinary : dependencies,
      spans: task.spans.filter(({ isUndo }) => isUndo),
    };
  });
  const everything = undos.length === 0 ? ordinary : undos.map(({ name }) => name);
  const forward = tasks.map((task): TimelineTask => {
    const isFirst = task.isFinally === true && task.dependencies.length === 0;
    const spans = task.spans.filter(({ isUndo }) => !isUndo);
    return { ...task, spans, dependencies: isFirst ? everything : task.dependencies };
  });
  return [...forward, ...undos];
}

/** Finds the undos right before the one of a task: those of its dependents, or of theirs if these were not undone. */
function beforeUndo(tasks: readonly TimelineTask[], isUndone: ReadonlySet<string>): (task: string) => string[] {
  const dependents = new Map<string, string[]>(tasks.map(({ name }) => [name, []]));
  for (const { name, dependencies } of tasks) {
    for (const dependency of dependencies) {
      dependents.get(dependency)?.push(name);
    }
  }
  return (task) => {
    const seen = new Set([task]);
    const found = new Set<string>();
    // A set can grow while it is iterated.
    for (const one of seen) {
      for (const dependent of dependents.get(one) ?? []) {
        (isUndone.has(dependent) ? found : seen).add(dependent);
      }
    }
    return Array.from(found, (name) => UNDO + name);
  };
}
