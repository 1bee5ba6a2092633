import { durationText } from './duration-text.ts';
import type { Span, TimelineTask } from './timeline-task.ts';

const OUTCOMES = { completed: 'completed', failed: 'failed', timedOut: 'timed out', cancelled: 'cancelled' } as const;

/** What is shown before the sign of an attempt: an arrow for an undo, the number of a retry. */
export const numberOf = ({ kind, attempt, isUndo }: Span): string =>
  kind === 'running' ? `${isUndo ? '↶' : ''}${attempt > 1 ? attempt : ''}` : '';

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

function nameOf({ kind, attempt, outcome, isUndo }: Span): string {
  const undo = isUndo ? 'undo, ' : '';
  switch (kind) {
    case 'waiting':
      return `${undo}waiting for a slot`;
    case 'backingOff':
      return `${undo}backing off after attempt ${attempt}`;
    case 'running':
      return `${undo}attempt ${attempt}: ${outcome === undefined ? 'running' : OUTCOMES[outcome]}`;
  }
}

/** A description of a task's bars, for screen readers. */
export function describeTask({ state, spans }: TimelineTask, beginning: number, end: number): string {
  const running = spans.filter(({ kind }) => kind === 'running');
  const undos = running.filter(({ isUndo }) => isUndo).length;
  const attempts = running.length - undos;
  const [first, last] = [spans[0], spans.at(-1)];
  const times =
    first && last && `from ${durationText(first.from - beginning)} to ${durationText((last.to ?? end) - beginning)}`;
  const counts = [
    ...(attempts > 1 ? [`${attempts} attempts`] : []),
    ...(undos > 0 ? [`${undos} undo ${undos === 1 ? 'attempt' : 'attempts'}`] : []),
  ];
  return [state, ...counts, ...(times ? [times] : [])].join(', ');
}
