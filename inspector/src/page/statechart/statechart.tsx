import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { AnyStateMachine, StateValue } from 'xstate';
import { activeStates, nameOfValue } from './active-states.ts';
import { type Chart, chartOf } from './chart.ts';
import { findLayout, keyOf } from './find-layout.ts';
import type { Layout } from './layout.ts';
import { StateList } from './state-list.tsx';
import { measureInPage } from './text-size.ts';
import { ZoomedDrawing } from './zoomed-drawing.tsx';

export interface StatechartProps {
  readonly machine: AnyStateMachine;
  readonly value: StateValue;
  /** The accessible name; the current state is appended. */
  readonly label: string;
}

/** Draws a machine, and marks its current states. */
export function Statechart({ machine, value, label }: StatechartProps): JSX.Element {
  const chart = useMemo(() => chartOf(machine), [machine]);
  const layout = useLayout(chart);
  const active = useMemo(() => activeStates(chart, value), [chart, value]);
  const name = `${label}: ${nameOfValue(value)}`;
  if (layout === 'looked for') {
    return <p class="statechart-note">Drawing the statechart…</p>;
  }
  if (layout === 'not found') {
    return (
      <section class="statechart" aria-label={name}>
        <p class="statechart-note">This machine can’t be drawn. Its states:</p>
        <StateList states={chart.root.states} active={active} />
      </section>
    );
  }
  return <ZoomedDrawing chart={chart} layout={layout} active={active} label={name} />;
}

type Found = Layout | 'looked for' | 'not found';

/** The layout is kept when switching between machines that look the same. */
function useLayout(chart: Chart): Found {
  const key = useMemo(() => keyOf(chart), [chart]);
  const [found, setFound] = useState<{ readonly key: string; readonly layout: Found }>();
  useEffect(() => {
    let isWanted = true;
    const take = (layout: Found) => isWanted && setFound({ key, layout });
    findLayout(chart, measureInPage(FAMILY)).then(take, () => take('not found'));
    return () => {
      isWanted = false;
    };
  }, [key]);
  return found?.key === key ? found.layout : 'looked for';
}

/** As in statechart.css. */
const FAMILY = 'system-ui, sans-serif';
