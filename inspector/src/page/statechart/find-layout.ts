import { instance } from '@viz-js/viz';
import type { Chart, ChartState } from './chart.ts';
import { chartDot } from './chart-dot.ts';
import { type Layout, readLayout } from './layout.ts';
import type { Measure } from './text-size.ts';

/** Machines look the same if their charts do: a job has one for each of its tasks. */
const found = new Map<string, Promise<Layout>>();

/** Finds places for what is in a chart; it looks for them once only. */
export function findLayout(chart: Chart, measure: Measure): Promise<Layout> {
  const key = keyOf(chart);
  const layout = found.get(key) ?? place(chart, measure);
  found.set(key, layout);
  return layout;
}

/** What charts have in common that look the same. */
export const keyOf = (chart: Chart): string => JSON.stringify(chart);

async function place(chart: Chart, measure: Measure): Promise<Layout> {
  const size = chart.arrows.length + countStates(chart.root);
  if (size > MOST) {
    throw new Error(`It has ${size} states and arrows`);
  }
  // A new instance each time: one that has drawn about a hundred charts reads memory that is not its own.
  const { status, output, errors } = (await instance()).render(chartDot(chart, measure), { format: 'json0' });
  if (status === 'failure') {
    throw new Error(errors.map(({ message }) => message).join('; '));
  }
  return readLayout(output);
}

/** More than that would take seconds, in which the page stands still, and nobody could follow them. */
const MOST = 500;

const countStates = ({ states }: ChartState): number => states.reduce((sum, state) => sum + countStates(state), 1);
