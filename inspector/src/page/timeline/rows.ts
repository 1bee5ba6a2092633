import type { TimelineTask } from './timeline-task.ts';

/** The order in which tasks have started, those that did not last, as they were given. */
export const inOrderOfStart = (tasks: readonly TimelineTask[]): readonly TimelineTask[] =>
  tasks
    .map((task) => ({ task, start: task.spans[0]?.from ?? Number.POSITIVE_INFINITY }))
    .sort((one, other) => (one.start === other.start ? 0 : one.start - other.start))
    .map(({ task }) => task);

/** The tasks that are on a path, in the order of the path. */
export function onPath(tasks: readonly TimelineTask[], names: Iterable<string>): readonly TimelineTask[] {
  const byName = new Map(tasks.map((task) => [task.name, task]));
  return [...names].flatMap((name) => byName.get(name) ?? []);
}

/** Which rows can be seen, and some around them, so that there is something to see before the next drawing. */
export function visibleRows(
  count: number,
  view: { top: number; height: number },
  rowHeight: number,
): { first: number; end: number } {
  const AROUND = 4;
  return {
    first: Math.max(0, Math.floor(view.top / rowHeight) - AROUND),
    end: Math.min(count, Math.ceil((view.top + view.height) / rowHeight) + AROUND),
  };
}

export const matches = ({ name }: TimelineTask, query: string): boolean => name.toLowerCase().includes(query.toLowerCase());
