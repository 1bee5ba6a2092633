import { durationText } from './duration-text.ts';
import type { Span, TimelineTask } from './timeline-task.ts';

const OUTCOMES = { completed: 'completed', failed: 'failed', timedOut: 'timed out', cancelled: 'cancelled' } as const;

/** The number shown before the sign of a retry. */
export const numberOf = ({ kind, attempt }: Span): string => (kind === 'running' && attempt > 1 ? String(attempt) : '');

/** A description of a span, with times relative to the start of the job. */
export function describeSpan(span: Span, beginning: number, end: number): string {
  const { from, to } = span;
  const duration = durationText(Math.max(0, (to ?? end) - from));
  const times = `${exact(from - beginning)} – ${to === undefined ? 'now' : exact(to - beginning)} (${duration})`;
  return [nameOf(span), times, ...(from < FIRST_DATE ? [] : [new Date(from).toISOString()])].join('\n');
}

/** Simulated clocks often start at 0, which isn't a real date. */
const FIRST_DATE = Date.UTC(2_000);

const exact = (milliseconds: number): string => `${Math.round(milliseconds).toLocaleString('en')} ms`;

function nameOf({ kind, attempt, outcome }: Span): string {
  switch (kind) {
    case 'waiting':
      return 'waiting for a slot';
    case 'backingOff':
      return `backing off after attempt ${attempt}`;
    case 'running':
      return `attempt ${attempt}: ${outcome === undefined ? 'running' : OUTCOMES[outcome]}`;
  }
}

/** A description of a task's bars, for screen readers. */
export function describeTask({ state, spans }: TimelineTask, beginning: number, end: number): string {
  const attempts = spans.filter(({ kind }) => kind === 'running').length;
  const [first, last] = [spans[0], spans.at(-1)];
  const times =
    first && last && `from ${durationText(first.from - beginning)} to ${durationText((last.to ?? end) - beginning)}`;
  return [state, ...(attempts > 1 ? [`${attempts} attempts`] : []), ...(times ? [times] : [])].join(', ');
}
