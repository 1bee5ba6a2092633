import { durationText } from './duration-text.ts';

export interface Tick {
  readonly at: number;
  /** The time since the start of the job. */
  readonly text: string;
}

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];
const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 6, 12, 24].map((count) => count * HOUR),
];

/**
 * Returns round times within a window, relative to `beginning`, in whole milliseconds.
 * @param most The maximum number of ticks that fit.
 */
export function axisTicks(window: { from: number; to: number }, beginning: number, most: number): Tick[] {
  const step = stepFor((window.to - window.from) / Math.max(1, most));
  const ticks: Tick[] = [];
  for (let count = Math.ceil((window.from - beginning) / step); beginning + count * step <= window.to; count += 1) {
    ticks.push({ at: beginning + count * step, text: count === 0 ? '0' : durationText(count * step) });
  }
  return ticks;
}

function stepFor(least: number): number {
  const day = 24 * HOUR;
  return STEPS.find((step) => step >= least) ?? Math.ceil(least / day) * day;
}
