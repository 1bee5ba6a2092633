import { eventLogger, type JobEvent } from 'tintype';

/** A listener that keeps a line for each transition, as in `a > ready -> running`. */
export function eventLog(): { lines: string[]; onEvent: (event: JobEvent) => void } {
  const lines: string[] = [];
  return { lines, onEvent: eventLogger((line) => lines.push(line)) };
}
