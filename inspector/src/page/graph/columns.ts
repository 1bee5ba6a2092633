import { type Layers, mean } from './layers.ts';

const ROUNDS = 3;
/** How much more readily crossings are moved than nodes, if both want the same position. */
const NODE_WEIGHT = 100;

export interface ColumnRules {
  readonly isNode: (one: number) => boolean;
  /** The minimum distance between the centers of two neighbors in a row. */
  readonly apart: (left: number, right: number) => number;
  /** The lines of a row that is too long and wraps; otherwise undefined. */
  readonly linesOf: (row: readonly number[]) => readonly (readonly number[])[] | undefined;
}

/** Returns the center of each node and crossing: close to its neighbors, and far enough from what is beside it. */
export function columnsOf({ rows, above, below }: Layers, { isNode, apart, linesOf }: ColumnRules): number[] {
  const columns: number[] = [];
  const put = (line: readonly number[], wantedOf: (one: number) => number) => {
    const gaps = line.map((one, index) => (index === 0 ? 0 : apart(line[index - 1] as number, one)));
    const weights = line.map((one) => (isNode(one) ? NODE_WEIGHT : 1));
    for (const [index, x] of spread(line.map(wantedOf), gaps, weights).entries()) {
      columns[line[index] as number] = x;
    }
  };
  const middle = () => 0;
  for (const row of rows) {
    put(row, middle);
    for (const line of linesOf(row) ?? []) {
      put(line, middle);
    }
  }
  const free = rows.filter((row) => linesOf(row) === undefined);
  const near = (neighbours: readonly (readonly number[])[]) => (one: number) => {
    const ones = neighbours[one] as readonly number[];
    const nodes = ones.filter(isNode);
    return mean(nodes.length === 0 ? ones : nodes, columns) ?? (columns[one] as number);
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const row of free) {
      put(row, near(above));
    }
    for (const row of free.toReversed()) {
      put(row, near(below));
    }
  }
  const both = above.map((ones, one) => [...ones, ...(below[one] as number[])]);
  for (const row of free) {
    put(row, near(both));
  }
  return columns;
}

interface Block {
  readonly sum: number;
  readonly weight: number;
  readonly count: number;
}

/** The positions nearest to the wanted ones, by weight, that keep the order and at least the given gaps. */
function spread(wanted: readonly number[], gaps: readonly number[], weights: readonly number[]): number[] {
  const offsets: number[] = [];
  const blocks: Block[] = [];
  for (const [index, gap] of gaps.entries()) {
    const weight = weights[index] as number;
    const offset = (offsets[index - 1] ?? 0) + gap;
    offsets.push(offset);
    let block: Block = { sum: ((wanted[index] as number) - offset) * weight, weight, count: 1 };
    for (let last = blocks.at(-1); last !== undefined && meanOf(last) >= meanOf(block); last = blocks.at(-1)) {
      block = { sum: last.sum + block.sum, weight: last.weight + block.weight, count: last.count + block.count };
      blocks.pop();
    }
    blocks.push(block);
  }
  const means = blocks.flatMap((block) => Array.from({ length: block.count }, () => meanOf(block)));
  return means.map((one, index) => one + (offsets[index] as number));
}

const meanOf = ({ sum, weight }: Block): number => sum / weight;
