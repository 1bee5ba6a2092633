import type { JSX } from 'preact';
import { useEffect, useId, useMemo, useState } from 'preact/hooks';
import { Axis, Grid, ticksIn } from './axis.tsx';
import { durationText } from './duration-text.ts';
import { jobPath } from './job-path.ts';
import { Legend } from './legend.tsx';
import { AXIS_HEIGHT, NAME_WIDTH, ROOM_AT_END, ROW_HEIGHT } from './measures.ts';
import { inOrderOfStart, matches, onPath, visibleRows } from './rows.ts';
import { percentOf, sharesOf } from './shares.ts';
import { summaryOf, summaryTexts } from './summary.ts';
import { TimelineRow } from './timeline-row.tsx';
import type { TimelineTask } from './timeline-task.ts';
import { Toolbar } from './toolbar.tsx';
import { useCursor } from './use-cursor.ts';
import { useView } from './use-view.ts';
import { useZoom } from './use-zoom.ts';

export type { TimelineTask } from './timeline-task.ts';

export interface TimelineProps {
  readonly tasks: readonly TimelineTask[];
  /** When the job started and, if it has, ended. */
  readonly from: number;
  readonly to: number | undefined;
  readonly now: number;
  /** Rows whose name doesn't match are dimmed. */
  readonly query: string;
  readonly selected: string | undefined;
  onSelect(name: string): void;
}

/** Shows what each task of a job did over time, and the critical path. */
export function Timeline(props: TimelineProps): JSX.Element {
  const { tasks, from, query, selected, onSelect } = props;
  const end = Math.max(from, props.to ?? props.now);
  const [isPathOnly, setPathOnly] = useState(false);
  const shares = useMemo(() => sharesOf(jobPath(tasks, end)), [tasks, end]);
  const ordered = useMemo(() => inOrderOfStart(tasks), [tasks]);
  const rows = isPathOnly ? onPath(tasks, shares.keys()) : ordered;

  const { ref, view, look } = useView();
  const zoom = useZoom(Math.max(1, end - from), view, ref);
  const reveal = (index: number) => scrollTo(ref.current, index);
  const cursor = useCursor({ rows, selected, height: view.height, reveal, onSelect });
  const id = useId();
  // The task may have been selected elsewhere on the page.
  useEffect(() => {
    const index = rows.findIndex(({ name }) => name === selected);
    if (index !== -1) {
      reveal(index);
    }
  }, [selected]);

  const scale = { from, pixelsPerMillisecond: zoom.pixelsPerMillisecond };
  const window = { left: view.left, right: view.left + view.width - NAME_WIDTH };
  const ticks = ticksIn({ scale, end, window });
  const { first, end: lastRow } = visibleRows(rows.length, view, ROW_HEIGHT);
  const isCursorSeen = cursor.index >= first && cursor.index < lastRow;
  const width = NAME_WIDTH + Math.max(1, end - from) * scale.pixelsPerMillisecond + ROOM_AT_END;

  const zoomByWheel = (event: WheelEvent) => {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      zoom.by(1.002 ** -event.deltaY, event.clientX - (ref.current?.getBoundingClientRect().left ?? 0));
    }
  };

  return (
    <section class="timeline" aria-label="Timeline">
      <Toolbar zoom={zoom} isPathOnly={isPathOnly} setPathOnly={setPathOnly} figures={figuresOf(tasks, from, end, shares)} />
      <Legend />
      <div class="timeline-scroll" ref={ref} onScroll={look} onWheel={zoomByWheel}>
        <div class="timeline-canvas" style={{ width: `${width}px` }}>
          <Axis ticks={ticks} scale={scale} />
          <Grid ticks={ticks} scale={scale} now={props.to === undefined ? end : undefined} />
          <div
            role="listbox"
            class="timeline-rows"
            tabIndex={0}
            aria-label="Tasks by start time"
            aria-activedescendant={isCursorSeen ? `${id}-${cursor.index}` : undefined}
            style={{ height: `${rows.length * ROW_HEIGHT}px` }}
            onKeyDown={cursor.onKeyDown}
          >
            {rows.slice(first, lastRow).map((task, offset) => (
              <TimelineRow
                key={task.name}
                id={`${id}-${first + offset}`}
                task={task}
                index={first + offset}
                count={rows.length}
                scale={scale}
                end={end}
                window={window}
                share={shares.get(task.name)}
                isTimed={isPathOnly}
                isSelected={task.name === selected}
                isAtCursor={first + offset === cursor.index}
                isDimmed={!matches(task, query)}
                onClick={() => {
                  cursor.moveTo(task.name);
                  onSelect(task.name);
                }}
              />
            ))}
          </div>
        </div>
      </div>
    </section>
  );
}

function figuresOf(tasks: readonly TimelineTask[], from: number, end: number, shares: ReturnType<typeof sharesOf>) {
  const total = [...shares.values()].reduce((sum, share) => sum + share.total, 0);
  const path = `${shares.size} ${shares.size === 1 ? 'task' : 'tasks'}, ${durationText(total)} (${percentOf(total, end - from)})`;
  return [...summaryTexts(summaryOf(tasks, from, end)), ['critical path', path] as const];
}

/** The axis covers the first visible row. */
function scrollTo(element: HTMLElement | null, index: number): void {
  if (element === null) {
    return;
  }
  const top = index * ROW_HEIGHT;
  const most = top;
  const least = top + ROW_HEIGHT + AXIS_HEIGHT - element.clientHeight;
  element.scrollTop = Math.min(most, Math.max(least, element.scrollTop));
}
