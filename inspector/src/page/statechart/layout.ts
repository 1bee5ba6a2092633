/** The position and size of a box, from its upper left corner, in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The line and head of an arrow, as SVG paths, and the center of its labels. */
export interface ArrowPath {
  readonly line: string;
  readonly head: string;
  readonly label: Point | undefined;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** By state id. */
  readonly boxes: ReadonlyMap<string, Box>;
  readonly arrows: ReadonlyMap<string, ArrowPath>;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The parts of Graphviz's `json0` format that are used here. */
interface Placed {
  readonly bb: string;
  readonly objects?: readonly Partial<Record<'name' | 'bb' | 'pos' | 'width' | 'height', string>>[];
  readonly edges?: readonly Partial<Record<'id' | 'pos' | 'lp', string>>[];
}

/** Reads a layout computed by Graphviz, whose y axis points up. It uses points; here, a point is a pixel. */
export function readLayout(json: string): Layout {
  const { bb, objects = [], edges = [] } = JSON.parse(json) as Placed;
  const [, , width = 0, height = 0] = numbersOf(bb);
  return {
    width,
    height,
    boxes: new Map(
      objects.map((one) => [
        (one.name as string).replace('cluster_', ''),
        one.bb === undefined ? nodeBox(one, height) : clusterBox(one.bb, height),
      ]),
    ),
    arrows: new Map(edges.map(({ id, pos, lp }) => [id as string, arrowPath(pos as string, lp, height)])),
  };
}

const numbersOf = (text: string): number[] => text.split(',').map(Number);

function clusterBox(bb: string, top: number): Box {
  const [left = 0, lower = 0, right = 0, upper = 0] = numbersOf(bb);
  return { x: left, y: top - upper, width: right - left, height: upper - lower };
}

function nodeBox({ pos = '', width, height }: Partial<Record<'pos' | 'width' | 'height', string>>, top: number): Box {
  const middle = pointOf(pos, top);
  const size = { width: Number(width) * 72, height: Number(height) * 72 };
  return { x: middle.x - size.width / 2, y: middle.y - size.height / 2, ...size };
}

function pointOf(text: string, top: number): Point {
  const [x = 0, y = 0] = numbersOf(text);
  return { x, y: top - y };
}

/** In `pos`, the first entry is the tip of the arrow's head, followed by a point, and three more for each curve. */
function arrowPath(pos: string, lp: string | undefined, top: number): ArrowPath {
  const entries = pos.split(' ');
  const tip = pointOf((entries.find((entry) => entry.startsWith('e,')) ?? '').slice(2), top);
  const points = entries.filter((entry) => !/^[es],/.test(entry)).map((entry) => pointOf(entry, top));
  const [first, ...rest] = points.map(({ x, y }) => `${round(x)},${round(y)}`);
  return {
    line: `M${first}C${rest.join(' ')}`,
    head: headPath(points.at(-1) as Point, tip),
    label: lp === undefined ? undefined : pointOf(lp, top),
  };
}

function headPath(from: Point, tip: Point): string {
  const length = Math.hypot(tip.x - from.x, tip.y - from.y) || 1;
  const [x, y] = [((tip.x - from.x) / length) * HEAD.length, ((tip.y - from.y) / length) * HEAD.length];
  const corners = [HEAD.slope, -HEAD.slope].map((slope) => `${round(tip.x - x - y * slope)},${round(tip.y - y + x * slope)}`);
  return `M${round(tip.x)},${round(tip.y)}L${corners.join('L')}Z`;
}

const HEAD = { length: 10, slope: 0.4 };

const round = (number: number): number => Math.round(number * 10) / 10;
