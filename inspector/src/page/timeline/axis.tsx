import type { JSX } from 'preact';
import { axisTicks, type Tick } from './axis-ticks.ts';
import { pixelsAt, type Scale, type Window } from './bars.ts';
import { NAME_WIDTH } from './measures.ts';

/** The width a tick's text needs. */
const TICK_WIDTH = 90;

export interface AxisProps {
  readonly scale: Scale;
  readonly end: number;
  readonly window: Window;
}

/** The visible ticks; those at the end have no room for their text. */
export function ticksIn({ scale, end, window }: AxisProps): Tick[] {
  const timeAt = (pixels: number) => scale.from + pixels / scale.pixelsPerMillisecond;
  const seen = { from: Math.max(scale.from, timeAt(window.left - TICK_WIDTH)), to: Math.min(end, timeAt(window.right)) };
  return axisTicks(seen, scale.from, Math.max(1, Math.floor((window.right - window.left) / TICK_WIDTH)));
}

export function Axis({ ticks, scale }: { readonly ticks: readonly Tick[]; readonly scale: Scale }): JSX.Element {
  return (
    <div class="timeline-axis" aria-hidden="true">
      <div class="timeline-corner">Task</div>
      {ticks.map(({ at, text }) => (
        <span key={at} style={{ left: leftOf(at, scale) }}>
          {text}
        </span>
      ))}
    </div>
  );
}

export interface GridProps {
  readonly ticks: readonly Tick[];
  readonly scale: Scale;
  /** The current time, if the job has not ended. */
  readonly now: number | undefined;
}

/** The grid lines of the ticks, behind the rows. */
export const Grid = ({ ticks, scale, now }: GridProps): JSX.Element => (
  <div class="timeline-grid" aria-hidden="true">
    {ticks.map(({ at }) => (
      <i key={at} style={{ left: leftOf(at, scale) }} />
    ))}
    {now !== undefined && <i class="now" style={{ left: leftOf(now, scale) }} />}
  </div>
);

const leftOf = (time: number, scale: Scale): string => `${NAME_WIDTH + pixelsAt(time, scale)}px`;
