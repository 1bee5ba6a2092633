import type { JSX } from 'preact';
import type { Bar } from './bars.ts';
import { Sign } from './sign.tsx';
import { describeSpan, numberOf } from './span-texts.ts';
import type { Span } from './timeline-task.ts';

export interface SpanBarProps {
  readonly bar: Bar;
  readonly beginning: number;
  readonly end: number;
}

export function SpanBar({ bar, beginning, end }: SpanBarProps): JSX.Element {
  const { span, left, width, text } = bar;
  return (
    <div class={looksOf(span)} style={{ left: `${left}px`, width: `${width}px` }} title={describeSpan(span, beginning, end)}>
      {text !== 'none' && (
        <span class={text}>
          {numberOf(span)} <Sign {...span} />
        </span>
      )}
    </div>
  );
}

/** The CSS classes of a bar, each with its own color and pattern. */
export const looksOf = ({ kind, outcome, to, isUndo }: Pick<Span, 'kind' | 'outcome' | 'to' | 'isUndo'>): string =>
  [
    'bar',
    kind,
    ...(isUndo ? ['undo'] : []),
    ...(outcome === undefined ? [] : [outcome]),
    ...(to === undefined ? ['open'] : []),
  ].join(' ');
