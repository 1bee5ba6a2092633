import type { JSX } from 'preact';
import type { Span } from './timeline-task.ts';

/** The last character makes the sign render as text, not as an emoji. */
const TEXTS = { completed: '✔\ufe0e', failed: '✘\ufe0e', cancelled: '■\ufe0e' } as const;

/** How an attempt ended, in addition to the color. Few fonts have a clock. */
export const Sign = ({ outcome }: Pick<Span, 'outcome'>): JSX.Element | null => {
  if (outcome === undefined) {
    return null;
  }
  return outcome === 'timedOut' ? <Clock /> : <span>{TEXTS[outcome]}</span>;
};

const Clock = (): JSX.Element => (
  <svg viewBox="0 0 12 12" aria-hidden="true">
    <circle cx="6" cy="6.5" r="4.5" />
    <path d="M6,4V6.5L7.8,7.8M4.5,0.8H7.5" />
  </svg>
);
