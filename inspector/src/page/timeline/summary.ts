import { durationText } from './duration-text.ts';
import type { TimelineTask } from './timeline-task.ts';

export interface Summary {
  readonly wall: number;
  /** The run time of all attempts together. */
  readonly run: number;
  /** How many attempts ran at a time, on average. */
  readonly parallelism: number;
  readonly longestWait: { readonly name: string; readonly duration: number } | undefined;
}

/** Sums up a job; whatever is still running counts as ending now. */
export function summaryOf(tasks: readonly TimelineTask[], from: number, end: number): Summary {
  let run = 0;
  let longestWait: Summary['longestWait'];
  for (const { name, spans } of tasks) {
    for (const span of spans) {
      const duration = Math.max(0, (span.to ?? end) - span.from);
      if (span.kind === 'running') {
        run += duration;
      } else if (span.kind === 'waiting' && duration > (longestWait?.duration ?? 0)) {
        longestWait = { name, duration };
      }
    }
  }
  const wall = Math.max(0, end - from);
  return { wall, run, parallelism: wall === 0 ? 0 : run / wall, longestWait };
}

export function summaryTexts({
  wall,
  run,
  parallelism,
  longestWait,
}: Summary): readonly (readonly [name: string, value: string])[] {
  return [
    ['wall time', durationText(wall)],
    ['total run time', durationText(run)],
    ['average parallelism', wall === 0 ? '–' : parallelism.toFixed(1)],
    [
      'longest wait for a slot',
      longestWait === undefined ? 'none' : `${durationText(longestWait.duration)} (${longestWait.name})`,
    ],
  ];
}
