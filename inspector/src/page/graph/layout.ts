import { type Layers, layered, mean } from './layers.ts';

export interface LayoutNode {
  readonly name: string;
  readonly dependencies: readonly string[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** From the bottom of a node, through gaps between nodes, to the top of one below. */
export interface LayoutEdge {
  readonly from: string;
  readonly to: string;
  /** Pairs of points: each curve goes from a first to a second, and straight down to the next. */
  readonly points: readonly Point[];
}

export interface Layout {
  /** The upper left corner of each node. */
  readonly places: ReadonlyMap<string, Point>;
  /** The names of nodes that stand beside each other, from the top. */
  readonly rows: readonly (readonly string[])[];
  readonly edges: readonly LayoutEdge[];
  readonly nodeWidth: number;
  readonly width: number;
  readonly height: number;
}

export const NODE_HEIGHT = 44;
const GAP = { column: 20, crossing: 14, row: 14, layer: 46 };
const FEWEST_IN_ROW = 8;

/** Places nodes in layers, each below what it depends on. */
export function layOut(nodes: readonly LayoutNode[], nodeWidth: number): Layout {
  const numbers = new Map(nodes.map(({ name }, index) => [name, index]));
  const isKnown = (index: number | undefined): index is number => index !== undefined;
  const layers = layered(nodes.map(({ dependencies }) => dependencies.map((one) => numbers.get(one)).filter(isKnown)));
  const nameOf = (index: number) => (nodes[index] as LayoutNode).name;
  const isNode = (index: number) => index < nodes.length;

  const mostInRow = Math.max(FEWEST_IN_ROW, Math.ceil(Math.sqrt(nodes.length / 2)));
  const isWrapped = layers.rows.map((row) => row.filter(isNode).length > mostInRow);
  const widthOf = (index: number) => (isNode(index) ? nodeWidth : 0);
  const apart = (left: number, right: number) =>
    (widthOf(left) + widthOf(right)) / 2 + (isNode(left) && isNode(right) ? GAP.column : GAP.crossing);
  const columns = columnsOf(layers, apart, (row) => (isWrapped[row] ? mostInRow : undefined), isNode);

  const left = Math.min(...nodes.map((_, index) => columns[index] as number)) - nodeWidth / 2;
  const tops: number[] = [];
  const bottoms: number[] = [];
  const rows: number[][] = [];
  let y = 0;
  for (const [index, row] of layers.rows.entries()) {
    const lines = isWrapped[index] ? chunks(row.filter(isNode), mostInRow) : [row];
    for (const line of lines) {
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
    width: Math.max(0, ...places.map(([, { x }]) => x + nodeWidth)),
    height: Math.max(0, y - GAP.layer),
  };
}

const ROUNDS = 3;

/** Gives the middle of each node and crossing: near its neighbours, and far enough from what is beside it. */
function columnsOf(
  { rows, above, below }: Layers,
  apart: (left: number, right: number) => number,
  mostIn: (row: number) => number | undefined,
  isNode: (index: number) => boolean,
): number[] {
  const columns: number[] = [];
  const put = (row: readonly number[], wanted: readonly number[]) => {
    const gaps = row.map((one, index) => (index === 0 ? 0 : apart(row[index - 1] as number, one)));
    for (const [index, x] of spread(wanted, gaps).entries()) {
      columns[row[index] as number] = x;
    }
  };
  for (const [index, row] of rows.entries()) {
    put(
      row,
      row.map(() => 0),
    );
    for (const line of chunks(row.filter(isNode), mostIn(index) ?? 0)) {
      put(
        line,
        line.map(() => 0),
      );
    }
  }
  const free = rows.filter((_, index) => mostIn(index) === undefined);
  const pull = (row: readonly number[], neighbours: readonly number[][]) =>
    put(
      row,
      row.map((one) => mean(neighbours[one] as number[], columns) ?? (columns[one] as number)),
    );
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const row of free) {
      pull(row, above);
    }
    for (const row of free.toReversed()) {
      pull(row, below);
    }
  }
  return columns;
}

/** The places nearest to those wanted that keep the order, each at least as far from the one before as its gap says. */
export function spread(wanted: readonly number[], gaps: readonly number[]): number[] {
  const offsets: number[] = [];
  const blocks: { sum: number; count: number }[] = [];
  for (const [index, gap] of gaps.entries()) {
    offsets.push((offsets[index - 1] ?? 0) + gap);
    let block = { sum: (wanted[index] as number) - (offsets[index] as number), count: 1 };
    for (
      let last = blocks.at(-1);
      last !== undefined && last.sum / last.count >= block.sum / block.count;
      last = blocks.at(-1)
    ) {
      block = { sum: last.sum + block.sum, count: last.count + block.count };
      blocks.pop();
    }
    blocks.push(block);
  }
  const means = blocks.flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count));
  return means.map((one, index) => one + (offsets[index] as number));
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  const count = size === 0 ? 0 : Math.ceil(list.length / size);
  return Array.from({ length: count }, (_, index) => list.slice(index * size, (index + 1) * size));
}
