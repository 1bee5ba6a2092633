/** Nodes are numbered from 0; higher numbers are points where a long edge crosses a layer. */
export interface Layers {
  /** The nodes and crossings in each layer. */
  readonly rows: number[][];
  /** What each node or crossing is connected to, in the layers above and below; in adjacent layers if edges have crossings. */
  readonly above: number[][];
  readonly below: number[][];
  /** The path of each edge: a node, crossings, a node. */
  readonly ways: number[][];
}

/** Edges only get crossings if there are not too many per node. */
const MOST_CROSSINGS = 4;

/** Returns the layer of each node, below everything it depends on. Nodes in a cycle come last. */
export function layersOf(dependencies: readonly (readonly number[])[]): number[] {
  const missing = dependencies.map((ones) => ones.length);
  const dependents = dependencies.map((): number[] => []);
  for (const [node, ones] of dependencies.entries()) {
    for (const one of ones) {
      dependents[one]?.push(node);
    }
  }
  const layers = dependencies.map(() => 0);
  const free = [...missing.keys()].filter((node) => missing[node] === 0);
  for (const node of free) {
    for (const dependent of dependents[node] as number[]) {
      layers[dependent] = Math.max(layers[dependent] as number, (layers[node] as number) + 1);
      missing[dependent] = (missing[dependent] as number) - 1;
      if (missing[dependent] === 0) {
        free.push(dependent);
      }
    }
  }
  const last = Math.max(0, ...layers) + 1;
  return layers.map((layer, node) => ((missing[node] as number) > 0 ? last : layer));
}

/** Arranges nodes in layers by their dependencies, so that few edges cross. */
export function layered(dependencies: readonly (readonly number[])[]): Layers {
  const layers = layersOf(dependencies);
  const rows = Array.from({ length: Math.max(-1, ...layers) + 1 }, (): number[] => []);
  const above = layers.map((): number[] => []);
  const below = layers.map((): number[] => []);
  for (const [node, layer] of layers.entries()) {
    rows[layer]?.push(node);
  }
  const edges = dependencies.flatMap((ones, node) => ones.map((one) => [one, node] as const));
  const lengthOf = ([from, to]: readonly [number, number]) => (layers[to] as number) - (layers[from] as number);
  const crossings = edges.reduce((sum, edge) => sum + Math.max(0, lengthOf(edge) - 1), 0);
  const hasCrossings = crossings <= MOST_CROSSINGS * layers.length + 100;
  const ways = edges.map((edge) => {
    const [from, to] = edge;
    const way = [from];
    for (let step = 1; hasCrossings && step < lengthOf(edge); step += 1) {
      way.push(above.length);
      rows[(layers[from] as number) + step]?.push(above.length);
      above.push([]);
      below.push([]);
    }
    way.push(to);
    for (let index = 1; index < way.length; index += 1) {
      const [upper, lower] = [way[index - 1] as number, way[index] as number];
      below[upper]?.push(lower);
      above[lower]?.push(upper);
    }
    return way;
  });
  const result = { rows, above, below, ways };
  order(result);
  return result;
}

const SWEEPS = 4;

/** Sorts each layer by the positions of its neighbors, alternating down and up. */
function order({ rows, above, below }: Layers): void {
  const places: number[] = [];
  const place = (row: readonly number[]) => {
    for (const [index, one] of row.entries()) {
      places[one] = index - (row.length - 1) / 2;
    }
  };
  const sort = (row: number[], neighbours: readonly number[][]) => {
    const wanted = new Map(row.map((one) => [one, mean(neighbours[one] as number[], places) ?? (places[one] as number)]));
    row.sort((one, other) => (wanted.get(one) as number) - (wanted.get(other) as number));
    place(row);
  };
  for (const row of rows) {
    place(row);
  }
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const row of rows) {
      sort(row, above);
    }
    for (const row of rows.toReversed()) {
      sort(row, below);
    }
  }
}

/** The mean; undefined for an empty list. */
export function mean(ones: readonly number[], values: readonly number[]): number | undefined {
  return ones.length === 0 ? undefined : ones.reduce((sum, one) => sum + (values[one] as number), 0) / ones.length;
}
