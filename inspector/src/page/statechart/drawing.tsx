import type { JSX } from 'preact';
import { ArrowDrawing, InitialDrawing } from './arrow-drawing.tsx';
import type { Chart, ChartState } from './chart.ts';
import { hasFrame } from './chart-dot.ts';
import type { Layout } from './layout.ts';
import { StateDrawing } from './state-drawing.tsx';

export interface DrawingProps {
  readonly chart: Chart;
  readonly layout: Layout;
  readonly active: ReadonlySet<string>;
  readonly label: string;
}

/** How far a drawing may extend beyond its box. */
const MARGIN = 10;

/** A chart as a picture, at its natural size. */
export function Drawing({ chart, layout, active, label }: DrawingProps): JSX.Element {
  const { width, height } = sizeOf(layout);
  const states = statesIn(chart.root).filter((state) => state !== chart.root || hasFrame(state));
  return (
    <svg role="img" aria-label={label} class="statechart-drawing" viewBox={`${-MARGIN} ${-MARGIN} ${width} ${height}`}>
      {states.map((state) => (
        <StateDrawing key={state.id} state={state} box={layout.boxes.get(state.id)} isActive={active.has(state.id)} />
      ))}
      {statesIn(chart.root).map(({ id }) => (
        <InitialDrawing key={id} id={id} layout={layout} />
      ))}
      {chart.arrows.map((arrow) => (
        <ArrowDrawing key={arrow.id} arrow={arrow} path={layout.arrows.get(arrow.id)} isPossible={active.has(arrow.from)} />
      ))}
    </svg>
  );
}

/** The size of a picture at scale 1. */
export const sizeOf = ({ width, height }: Layout): { width: number; height: number } => ({
  width: Math.ceil(width + 2 * MARGIN),
  height: Math.ceil(height + 2 * MARGIN),
});

const statesIn = (state: ChartState): ChartState[] => [state, ...state.states.flatMap(statesIn)];
