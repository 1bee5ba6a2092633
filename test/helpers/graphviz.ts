import { instance } from '@viz-js/viz';

/**
 * Renders a diagram with the real Graphviz.
 * @returns the SVG
 * @throws what Graphviz reports
 */
export async function svgOf(dot: string): Promise<string> {
  const { output, errors } = (await instance()).render(dot, { format: 'svg' });
  const refusals = errors.filter(({ level }) => level !== 'warning').map(({ message }) => message);
  if (output === undefined || refusals.length > 0) {
    throw new Error(`Graphviz refuses this diagram: ${refusals.join('; ')}\n${dot}`);
  }
  return output;
}

/** The number of nodes and edges that the real Graphviz finds in a diagram. */
export async function sizeOf(dot: string): Promise<{ nodes: number; edges: number }> {
  const svg = await svgOf(dot);
  const count = (kind: string) => svg.split(`<g id="${kind}`).length - 1;
  return { nodes: count('node'), edges: count('edge') };
}
