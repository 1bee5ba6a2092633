import { instance } from '@viz-js/viz';
import type { Chart, ChartState } from './chart.ts';
import { chartDot } from './chart-dot.ts';
import { type Layout, readLayout } from './layout.ts';
import type { Measure } from './text-size.ts';

/** Machines with equal charts share a layout: a job has one machine per task. */
const found = new Map<string, Promise<Layout>>();

/** Lays out a chart, once. */
export function findLayout(chart: Chart, measure: Measure): Promise<Layout> {
  const key = keyOf(chart);
  const layout = found.get(key) ?? place(chart, measure);
  found.set(key, layout);
  return layout;
}

/** A key that is equal for charts that look the same. */
export const keyOf = (chart: Chart): string => JSON.stringify(chart);

async function place(chart: Chart, measure: Measure): Promise<Layout> {
  const size = chart.arrows.length + countStates(chart.root);
  if (size > MOST) {
    throw new Error(`It has ${size} states and arrows`);
  }
  // A new instance each time: after about a hundred charts, an instance reads out of bounds.
  const { status, output, errors } = (await instance()).render(chartDot(chart, measure), { format: 'json0' });
  if (status === 'failure') {
    throw new Error(errors.map(({ message }) => message).join('; '));
  }
  return readLayout(output);
}

/** Larger charts would block the page for seconds, and nobody could read them. */
const MOST = 500;

const countStates = ({ states }: ChartState): number => states.reduce((sum, state) => sum + countStates(state), 1);
