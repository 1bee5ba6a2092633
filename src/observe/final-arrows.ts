import type { TaskGraph } from '../workflow/graph/task-graph.ts';

/** Invisible arrows that draw finally tasks below all others: from a task of the lowest row to those that depend on no other. */
export function finalArrows({ tasks, finals, roots, positions, dependencies }: TaskGraph): { from: string; to: string }[] {
  if (finals.length === 0) {
    return [];
  }
  const nameOf = (index: number) => tasks[index]?.name as string;
  const isFinal = new Set(finals);
  const rows: number[] = [];
  let lowest: number | undefined;
  const inOrder = [...tasks.keys()].sort((one, other) => (positions[one] as number) - (positions[other] as number));
  for (const task of inOrder) {
    rows[task] = 1 + Math.max(-1, ...(dependencies[task] ?? []).map((one) => rows[one] as number));
    if (!isFinal.has(task) && (lowest === undefined || (rows[task] as number) > (rows[lowest] as number))) {
      lowest = task;
    }
  }
  const last = lowest;
  return last === undefined
    ? []
    : roots.filter((root) => isFinal.has(root)).map((root) => ({ from: nameOf(last), to: nameOf(root) }));
}
