import { type Layout, type LayoutNode, layOut, type Point } from './layout.ts';

/** Around the finally tasks, and above their box; the title is inside. */
const BOX = { padding: 14, title: 24, gap: 34 };

/** Lays out nodes, with finally tasks in a box below all others. */
export function layOutApart(nodes: readonly LayoutNode[], nodeWidth: number, nodeHeight: number): Layout {
  const finals = nodes.filter(({ isFinally }) => isFinally);
  if (finals.length === 0) {
    return layOut(nodes, nodeWidth, nodeHeight);
  }
  const others = nodes.filter(({ isFinally }) => !isFinally);
  const main = others.length === 0 ? undefined : layOut(others, nodeWidth, nodeHeight);
  const below = layOut(finals, nodeWidth, nodeHeight);
  const { padding, title, gap } = BOX;
  const box = { width: below.width + 2 * padding, height: below.height + title + padding };
  const width = Math.max(main?.width ?? 0, box.width);
  const top = main === undefined ? 0 : main.height + gap;
  const left = (width - box.width) / 2;
  const upper = main && moved(main, { x: (width - main.width) / 2, y: 0 });
  const lower = moved(below, { x: left + padding, y: top + title });
  return {
    places: new Map([...(upper?.places ?? []), ...lower.places]),
    rows: [...(upper?.rows ?? []), ...lower.rows],
    edges: [...(upper?.edges ?? []), ...lower.edges],
    joins: [...(upper?.joins ?? []), ...lower.joins],
    box: { x: left, y: top, ...box },
    nodeWidth,
    nodeHeight,
    width,
    height: top + box.height,
  };
}

function moved(layout: Layout, by: Point): Layout {
  const move = <Placed extends Point>(point: Placed): Placed => ({ ...point, x: point.x + by.x, y: point.y + by.y });
  return {
    ...layout,
    places: new Map([...layout.places].map(([name, place]) => [name, move(place)])),
    edges: layout.edges.map((edge) => ({ ...edge, points: edge.points.map(move) })),
    joins: layout.joins.map(move),
  };
}
