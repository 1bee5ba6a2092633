import { columnsOf } from './columns.ts';
import { layered } from './layers.ts';

export interface LayoutNode {
  readonly name: string;
  readonly dependencies: readonly string[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** From the bottom of a node, through gaps between nodes, to the top of a lower one. */
export interface LayoutEdge {
  readonly from: string;
  readonly to: string;
  /** Pairs of points: each curve goes from the first to the second, then straight down to the next pair. */
  readonly points: readonly Point[];
}

export interface Layout {
  /** The upper left corner of each node. */
  readonly places: ReadonlyMap<string, Point>;
  /** The rows of node names, from the top. */
  readonly rows: readonly (readonly string[])[];
  readonly edges: readonly LayoutEdge[];
  readonly nodeWidth: number;
  readonly width: number;
  readonly height: number;
}

export const NODE_HEIGHT = 44;
export const NODE_PADDING = 11;
const GAP = { column: 20, crossing: 14, row: 14, layer: 46 };
const FEWEST_IN_ROW = 8;

/** Lays out nodes in layers, each below its dependencies. */
export function layOut(nodes: readonly LayoutNode[], nodeWidth: number): Layout {
  const numbers = new Map(nodes.map(({ name }, index) => [name, index]));
  const isKnown = (index: number | undefined): index is number => index !== undefined;
  const layers = layered(nodes.map(({ dependencies }) => dependencies.map((one) => numbers.get(one)).filter(isKnown)));
  const nameOf = (index: number) => (nodes[index] as LayoutNode).name;
  const isNode = (index: number) => index < nodes.length;

  const mostInRow = Math.max(FEWEST_IN_ROW, Math.ceil(Math.sqrt(nodes.length / 2)));
  const lines = new Map<readonly number[], number[][] | undefined>(
    layers.rows.map((row) => [row, wrapped(row.filter(isNode), mostInRow)]),
  );
  const widthOf = (one: number) => (isNode(one) ? nodeWidth : 0);
  const columns = columnsOf(layers, {
    isNode,
    apart: (left, right) => (widthOf(left) + widthOf(right)) / 2 + (isNode(left) && isNode(right) ? GAP.column : GAP.crossing),
    linesOf: (row) => lines.get(row),
  });

  const left = Math.min(...columns.map((x, one) => x - widthOf(one) / 2));
  const right = Math.max(...columns.map((x, one) => x + widthOf(one) / 2));
  const tops: number[] = [];
  const bottoms: number[] = [];
  const rows: number[][] = [];
  let y = 0;
  for (const row of layers.rows) {
    for (const line of lines.get(row) ?? [row]) {
      for (const one of line) {
        tops[one] = y;
        bottoms[one] = y + NODE_HEIGHT;
      }
      rows.push(line.filter(isNode));
      y += NODE_HEIGHT + GAP.row;
    }
    y += GAP.layer - GAP.row;
  }

  const xOf = (index: number) => (columns[index] as number) - left;
  const edges = layers.ways.map((way): LayoutEdge => {
    const shown = way.filter((one) => tops[one] !== undefined);
    const points = shown.flatMap((one, index) => [
      ...(index === 0 ? [] : [{ x: xOf(one), y: tops[one] as number }]),
      ...(index === shown.length - 1 ? [] : [{ x: xOf(one), y: bottoms[one] as number }]),
    ]);
    return { from: nameOf(way[0] as number), to: nameOf(way.at(-1) as number), points };
  });
  const places = nodes.map(({ name }, index) => [name, { x: xOf(index) - nodeWidth / 2, y: tops[index] as number }] as const);
  return {
    places: new Map(places),
    rows: rows.map((row) => row.map(nameOf)),
    edges,
    nodeWidth,
    width: right - left,
    height: Math.max(0, y - GAP.layer),
  };
}

/** Splits a row that is too long into lines of about equal length; edges may cross a wrapped row anywhere. */
function wrapped(row: readonly number[], most: number): number[][] | undefined {
  const count = Math.ceil(row.length / most);
  const length = Math.ceil(row.length / count);
  return count > 1 ? Array.from({ length: count }, (_, index) => row.slice(index * length, (index + 1) * length)) : undefined;
}
