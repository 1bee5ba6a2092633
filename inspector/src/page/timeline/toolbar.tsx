import type { JSX } from 'preact';
import type { Zoom } from './use-zoom.ts';

const STEP = 1.5;

export interface ToolbarProps {
  readonly zoom: Zoom;
  readonly isPathOnly: boolean;
  readonly setPathOnly: (isPathOnly: boolean) => void;
  readonly figures: readonly (readonly [name: string, value: string])[];
}

/** The key figures of a timeline, and the controls for viewing it. */
export const Toolbar = ({ zoom, isPathOnly, setPathOnly, figures }: ToolbarProps): JSX.Element => (
  <div class="timeline-toolbar">
    <dl>
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd title={value}>{value}</dd>
        </div>
      ))}
    </dl>
    <button type="button" aria-pressed={isPathOnly} onClick={() => setPathOnly(!isPathOnly)}>
      Critical path only
    </button>
    <fieldset aria-label="Zoom">
      <button type="button" aria-label="Zoom out" onClick={() => zoom.by(1 / STEP)}>
        −
      </button>
      <button type="button" aria-pressed={zoom.isFitted} onClick={zoom.fit}>
        Fit
      </button>
      <button type="button" aria-label="Zoom in" onClick={() => zoom.by(STEP)}>
        +
      </button>
    </fieldset>
  </div>
);
