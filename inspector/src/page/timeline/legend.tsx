import type { JSX } from 'preact';
import { Sign } from './sign.tsx';
import { looksOf } from './span-bar.tsx';
import type { Span } from './timeline-task.ts';

type Entry = readonly [text: string, look: Pick<Span, 'kind' | 'outcome' | 'to' | 'isUndo'>];

const ENTRIES: readonly Entry[] = [
  ['waiting for a slot', { kind: 'waiting', to: 0 }],
  ['running', { kind: 'running', to: undefined }],
  ['completed', { kind: 'running', to: 0, outcome: 'completed' }],
  ['failed', { kind: 'running', to: 0, outcome: 'failed' }],
  ['timed out', { kind: 'running', to: 0, outcome: 'timedOut' }],
  ['cancelled', { kind: 'running', to: 0, outcome: 'cancelled' }],
  ['backing off', { kind: 'backingOff', to: 0 }],
  ['undo', { kind: 'running', to: 0, outcome: 'completed', isUndo: true }],
];

/** The legend of the bars. */
export const Legend = (): JSX.Element => (
  <ul class="timeline-legend" aria-label="Legend">
    {ENTRIES.map(([text, look]) => (
      <li key={text}>
        <span class={looksOf(look)} aria-hidden="true">
          {look.isUndo ? '↶' : <Sign {...look} />}
        </span>
        {text}
      </li>
    ))}
    <li>
      <i class="critical" aria-hidden="true" />◆ critical path
    </li>
  </ul>
);
