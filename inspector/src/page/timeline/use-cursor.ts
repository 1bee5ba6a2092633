import { useState } from 'preact/hooks';
import { ROW_HEIGHT } from './measures.ts';
import type { TimelineTask } from './timeline-task.ts';

export interface Cursor {
  readonly index: number;
  readonly moveTo: (name: string) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

export interface CursorOptions {
  readonly rows: readonly TimelineTask[];
  readonly selected: string | undefined;
  /** The height of the visible part. */
  readonly height: number;
  readonly reveal: (index: number) => void;
  readonly onSelect: (name: string) => void;
}

/** The row with the keyboard cursor. Rows come and go, so it is tracked by task. */
export function useCursor({ rows, selected, height, reveal, onSelect }: CursorOptions): Cursor {
  const [name, setName] = useState<string>();
  const index = Math.max(0, indexOf(rows, name) ?? indexOf(rows, selected) ?? 0);
  const onKeyDown = (event: KeyboardEvent) => {
    const current = rows[index];
    if (current === undefined) {
      return;
    }
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      onSelect(current.name);
      return;
    }
    const step = stepOf(event.key, rows.length, Math.max(1, Math.floor(height / ROW_HEIGHT) - 2));
    if (step !== undefined) {
      event.preventDefault();
      const next = Math.min(rows.length - 1, Math.max(0, index + step));
      setName((rows[next] as TimelineTask).name);
      reveal(next);
    }
  };
  return { index, moveTo: setName, onKeyDown };
}

function indexOf(rows: readonly TimelineTask[], name: string | undefined): number | undefined {
  const index = name === undefined ? -1 : rows.findIndex((row) => row.name === name);
  return index === -1 ? undefined : index;
}

function stepOf(key: string, all: number, page: number): number | undefined {
  switch (key) {
    case 'ArrowUp':
      return -1;
    case 'ArrowDown':
      return 1;
    case 'PageUp':
      return -page;
    case 'PageDown':
      return page;
    case 'Home':
      return -all;
    case 'End':
      return all;
    default:
      return undefined;
  }
}
