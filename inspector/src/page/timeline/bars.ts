import { numberOf } from './span-texts.ts';
import type { Span } from './timeline-task.ts';

/** Maps times to positions, from the left of the chart. */
export interface Scale {
  readonly from: number;
  readonly pixelsPerMillisecond: number;
}

/** How a span is drawn. */
export interface Bar {
  readonly span: Span;
  readonly left: number;
  readonly width: number;
  /** Where its text fits. */
  readonly text: 'inside' | 'after' | 'none';
}

/** The visible part of the chart. */
export interface Window {
  readonly left: number;
  readonly right: number;
}

const SMALLEST = 2;
/** The width of a sign, and of each digit before it. */
const SIGN_WIDTH = 15;
const FIGURE_WIDTH = 9;

export const pixelsAt = (time: number, { from, pixelsPerMillisecond }: Scale): number => (time - from) * pixelsPerMillisecond;

/** Returns the visible bars of a task, merging bars that are too small to tell apart. */
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
