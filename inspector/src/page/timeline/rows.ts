import type { TimelineTask } from './timeline-task.ts';

/** Tasks by start time; those that haven't started come last, in their original order. */
export const inOrderOfStart = (tasks: readonly TimelineTask[]): readonly TimelineTask[] =>
  tasks
    .map((task) => ({ task, start: task.spans[0]?.from ?? Number.POSITIVE_INFINITY }))
    .sort((one, other) => (one.start === other.start ? 0 : one.start - other.start))
    .map(({ task }) => task);

/** The tasks on a path, in path order. */
export function onPath(tasks: readonly TimelineTask[], names: Iterable<string>): readonly TimelineTask[] {
  const byName = new Map(tasks.map((task) => [task.name, task]));
  return [...names].flatMap((name) => byName.get(name) ?? []);
}

/** The visible rows, plus a few around them so that scrolling shows no gaps before the next render. */
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
