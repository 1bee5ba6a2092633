import { columnsOf } from './columns.ts';
import { layered } from './layers.ts';

export interface LayoutNode {
  readonly name: string;
  /** Whether it is drawn apart, below all others. */
  readonly isFinally?: boolean;
  readonly dependencies: readonly string[];
  /** The dependencies whose edges are dashed. */
  readonly settled?: readonly string[];
  /** The groups of dependencies whose edges meet in a join. */
  readonly joins?: readonly (readonly string[])[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** From the bottom of a node, through gaps between nodes, to the top of a lower one. */
export interface LayoutEdge {
  readonly from: string;
  readonly to: string;
  readonly isDashed: boolean;
  /** Pairs of points: each curve goes from the first to the second, then straight down to the next pair. */
  readonly points: readonly Point[];
}

/** Where the edges of a group meet, above a node; its place is the bottom. */
export interface LayoutJoin extends Point {
  readonly to: string;
  readonly names: readonly string[];
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  /** The upper left corner of each node. */
  readonly places: ReadonlyMap<string, Point>;
  /** The rows of node names, from the top. */
  readonly rows: readonly (readonly string[])[];
  readonly edges: readonly LayoutEdge[];
  readonly joins: readonly LayoutJoin[];
  /** The box around the finally tasks. */
  readonly box?: Box | undefined;
  readonly nodeWidth: number;
  readonly nodeHeight: number;
  readonly width: number;
  readonly height: number;
}

export const NODE_HEIGHT = 44;
export const JOIN_HEIGHT = 15;
export const NODE_PADDING = 11;
const GAP = { column: 20, crossing: 14, row: 14, layer: 46 };
const FEWEST_IN_ROW = 8;

/** Lays out nodes in layers, each below its dependencies. */
export function layOut(nodes: readonly LayoutNode[], nodeWidth: number, nodeHeight = NODE_HEIGHT): Layout {
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
        bottoms[one] = y + nodeHeight;
      }
      rows.push(line.filter(isNode));
      y += nodeHeight + GAP.row;
    }
    y += GAP.layer - GAP.row;
  }

  const xOf = (index: number) => (columns[index] as number) - left;
  const ports = nodes.map((node) => portsOf(node, nodeWidth));
  const edges = layers.ways.map((way): LayoutEdge => {
    const shown = way.filter((one) => tops[one] !== undefined);
    const points = shown.flatMap((one, index) => [
      ...(index === 0 ? [] : [{ x: xOf(one), y: tops[one] as number }]),
      ...(index === shown.length - 1 ? [] : [{ x: xOf(one), y: bottoms[one] as number }]),
    ]);
    const [from, end] = [nameOf(way[0] as number), way.at(-1) as number];
    const { plain, joined, dashed } = ports[end] as Ports;
    const join = joined.get(from);
    const last = points.pop() as Point;
    points.push({ x: last.x + (join ?? plain), y: last.y - (join === undefined ? 0 : JOIN_HEIGHT) });
    return { from, to: nameOf(end), isDashed: dashed.has(from), points };
  });
  const joins = nodes.flatMap(({ name, joins: groups = [] }, index) =>
    groups.map((names): LayoutJoin => {
      const offset = ports[index]?.joined.get(names[0] as string) ?? 0;
      return { to: name, names, x: xOf(index) + offset, y: tops[index] as number };
    }),
  );
  const places = nodes.map(({ name }, index) => [name, { x: xOf(index) - nodeWidth / 2, y: tops[index] as number }] as const);
  return {
    places: new Map(places),
    rows: rows.map((row) => row.map(nameOf)),
    edges,
    joins,
    nodeWidth,
    nodeHeight,
    width: right - left,
    height: Math.max(0, y - GAP.layer),
  };
}

/** Where edges end at the top of a node, as distances from its middle. */
interface Ports {
  /** Of edges that meet in no join. */
  readonly plain: number;
  /** Of the others, by where they come from. */
  readonly joined: ReadonlyMap<string, number>;
  /** Where the dashed edges come from. */
  readonly dashed: ReadonlySet<string>;
}

const PORTS_APART = 44;

function portsOf({ dependencies, settled = [], joins = [] }: LayoutNode, nodeWidth: number): Ports {
  const hasPlain = dependencies.length > joins.flat().length;
  const count = Math.max(1, joins.length + (hasPlain ? 1 : 0));
  const apart = Math.min(PORTS_APART, nodeWidth / (count + 1));
  const at = (index: number) => (index - (count - 1) / 2) * apart;
  const joined = joins.flatMap((names, group) => names.map((name) => [name, at(group + (hasPlain ? 1 : 0))] as const));
  return { plain: at(0), joined: new Map(joined), dashed: new Set(settled) };
}

/** Splits a row that is too long into lines of about equal length; edges may cross a wrapped row anywhere. */
function wrapped(row: readonly number[], most: number): number[][] | undefined {
  const count = Math.ceil(row.length / most);
  const length = Math.ceil(row.length / count);
  return count > 1 ? Array.from({ length: count }, (_, index) => row.slice(index * length, (index + 1) * length)) : undefined;
}
