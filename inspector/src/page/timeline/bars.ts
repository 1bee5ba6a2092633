import { numberOf } from './span-texts.ts';
import type { Span } from './timeline-task.ts';

/** Where times are on the page, from the left of the chart. */
export interface Scale {
  readonly from: number;
  readonly pixelsPerMillisecond: number;
}

/** What is drawn of a span. */
export interface Bar {
  readonly span: Span;
  readonly left: number;
  readonly width: number;
  /** Where there is room for its text. */
  readonly text: 'inside' | 'after' | 'none';
}

/** The part of the chart that can be seen. */
export interface Window {
  readonly left: number;
  readonly right: number;
}

const SMALLEST = 2;
/** How much room a sign takes, and each figure of a number before it. */
const SIGN_WIDTH = 15;
const FIGURE_WIDTH = 9;

export const pixelsAt = (time: number, { from, pixelsPerMillisecond }: Scale): number => (time - from) * pixelsPerMillisecond;

/** Gives the bars of a task that can be seen; of those that are too small to be told apart, one. */
export function barsOf(spans: readonly Span[], scale: Scale, end: number, window: Window): Bar[] {
  const seen = spans
    .map((span) => placed(span, scale, end))
    .filter(({ left, width }) => left + width + 2 * SIGN_WIDTH >= window.left && left <= window.right);
  const bars: Placed[] = [];
  for (const bar of seen) {
    const last = bars.at(-1);
    const isHidden = last !== undefined && bar.width <= SMALLEST && bar.left < last.left + SMALLEST && last.width <= SMALLEST;
    if (!isHidden) {
      bars.push(bar);
    } else if (bar.span.kind === 'running') {
      bars[bars.length - 1] = bar;
    }
  }
  return bars.map((bar, index) => ({ ...bar, text: roomFor(bar, bars[index + 1]) }));
}

type Placed = Omit<Bar, 'text'>;

function placed(span: Span, scale: Scale, end: number): Placed {
  const left = pixelsAt(span.from, scale);
  return { span, left, width: Math.max(SMALLEST, pixelsAt(span.to ?? end, scale) - left) };
}

function roomFor({ span, left, width }: Placed, next: Placed | undefined): Bar['text'] {
  const number = numberOf(span);
  const needed = (span.outcome === undefined ? 0 : SIGN_WIDTH) + number.length * FIGURE_WIDTH;
  if (needed === 0) {
    return 'none';
  }
  if (width >= needed) {
    return 'inside';
  }
  return next === undefined || next.left - left - width >= needed ? 'after' : 'none';
}
