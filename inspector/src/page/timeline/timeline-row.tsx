import type { JSX } from 'preact';
import { barsOf, pixelsAt, type Scale, type Window } from './bars.ts';
import { durationText } from './duration-text.ts';
import { ROW_HEIGHT } from './measures.ts';
import { percentOf, type Share } from './shares.ts';
import { SpanBar } from './span-bar.tsx';
import { describeTask } from './span-texts.ts';
import type { TimelineTask } from './timeline-task.ts';

export interface RowProps {
  readonly id: string;
  readonly task: TimelineTask;
  readonly index: number;
  readonly count: number;
  readonly scale: Scale;
  readonly end: number;
  readonly window: Window;
  /** Its share of the critical path. */
  readonly share: Share | undefined;
  /** Shows the duration of its share, not just the percentage. */
  readonly isTimed: boolean;
  readonly isSelected: boolean;
  readonly isAtCursor: boolean;
  readonly isDimmed: boolean;
  readonly onClick: () => void;
}

export function TimelineRow(props: RowProps): JSX.Element {
  const { task, index, scale, end, share } = props;
  const percent = share && percentOf(share.total, end - scale.from);
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus, and tells which row is at the cursor.
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keyboard too.
    <div
      id={props.id}
      role="option"
      class={classesOf(props)}
      aria-selected={props.isSelected}
      aria-setsize={props.count}
      aria-posinset={index + 1}
      style={{ top: `${index * ROW_HEIGHT}px` }}
      onClick={props.onClick}
    >
      <div class="timeline-name" title={task.name}>
        <span>{task.name}</span>
        {share && (
          <b title={`On the critical path for ${durationText(share.total)}, ${percent} of the wall time`}>
            ◆ {props.isTimed ? `${durationText(share.total)}, ${percent}` : percent}
          </b>
        )}
        <em>{describeTask(task, scale.from, end)}</em>
      </div>
      <div class="timeline-bars" aria-hidden="true">
        {share?.links.map((link, index) => (
          <i
            key={index}
            class="critical"
            style={{
              left: `${pixelsAt(link.from, scale)}px`,
              width: `${Math.max(2, pixelsAt(link.to, scale) - pixelsAt(link.from, scale))}px`,
            }}
          />
        ))}
        {barsOf(task.spans, scale, end, props.window).map((bar) => (
          <SpanBar key={`${bar.span.kind} ${bar.span.from} ${bar.span.attempt}`} bar={bar} beginning={scale.from} end={end} />
        ))}
      </div>
    </div>
  );
}

const classesOf = ({ isAtCursor, isDimmed, index }: RowProps): string =>
  [
    'timeline-row',
    ...(index % 2 === 1 ? ['odd'] : []),
    ...(isAtCursor ? ['cursor'] : []),
    ...(isDimmed ? ['dimmed'] : []),
  ].join(' ');
