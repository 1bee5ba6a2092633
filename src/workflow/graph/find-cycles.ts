/**
 * Finds a cycle in each group of nodes that can reach each other, in time linear in nodes and edges (Tarjan's algorithm,
 * without recursion, since a long chain would overflow the stack).
 * @param edges For each node, the nodes it points to.
 * @returns A cycle for each group: each node points to the next, and the last to the first.
 */
export function findCycles(edges: readonly (readonly number[])[]): number[][] {
  const order = new Int32Array(edges.length).fill(-1);
  const lowest = new Int32Array(edges.length);
  const group = new Int32Array(edges.length).fill(-1);
  const nextEdge = new Int32Array(edges.length);
  const open: number[] = [];
  const cycles: number[][] = [];
  let visited = 0;

  const enter = (node: number, path: number[]) => {
    order[node] = visited;
    lowest[node] = visited;
    visited += 1;
    open.push(node);
    path.push(node);
  };

  const leave = (node: number) => {
    if (lowest[node] !== order[node]) {
      return;
    }
    if (open.at(-1) === node && !edges[node]?.includes(node)) {
      // Alone, as every node is in a graph without cycles.
      open.pop();
      group[node] = node;
      return;
    }
    for (let member = -1; member !== node; ) {
      member = open.pop() as number;
      group[member] = node;
    }
    const cycle = walkCycle(edges, node, (other) => group[other] === node);
    if (cycle !== undefined) {
      cycles.push(cycle);
    }
  };

  for (let root = 0; root < edges.length; root += 1) {
    if (order[root] !== -1) {
      continue;
    }
    const path: number[] = [];
    enter(root, path);
    while (path.length > 0) {
      const node = path.at(-1) as number;
      const target = edges[node]?.[nextEdge[node] as number];
      if (target === undefined) {
        path.pop();
        leave(node);
        const parent = path.at(-1);
        if (parent !== undefined) {
          lowest[parent] = Math.min(lowest[parent] as number, lowest[node] as number);
        }
        continue;
      }
      nextEdge[node] = (nextEdge[node] as number) + 1;
      if (order[target] === -1) {
        enter(target, path);
      } else if (group[target] === -1) {
        lowest[node] = Math.min(lowest[node] as number, order[target] as number);
      }
    }
  }
  return cycles;
}

/** Follows edges inside a group until a node repeats. Returns nothing for a single node that doesn't point to itself. */
function walkCycle(
  edges: readonly (readonly number[])[],
  start: number,
  isInGroup: (node: number) => boolean,
): number[] | undefined {
  const path: number[] = [];
  const places = new Map<number, number>();
  for (let node: number | undefined = start; node !== undefined; node = edges[node]?.find(isInGroup)) {
    const place = places.get(node);
    if (place !== undefined) {
      return path.slice(place);
    }
    places.set(node, path.length);
    path.push(node);
  }
  return undefined;
}
