import test from 'ava';
import { findCycles } from '../../src/workflow/find-cycles.ts';
import { buildGraph } from '../../src/workflow/task-graph.ts';

const spec = (name: string, ...dependencies: string[]) => ({ name, run: () => {}, definition: {}, dependencies, backoff: 0 });

test('dependents come with most direct dependents first, then in the order of definition', (t) => {
  const graph = buildGraph([spec('a'), spec('b', 'a'), spec('c', 'a'), spec('d', 'a', 'c'), spec('e', 'c'), spec('f')]);
  t.deepEqual(graph.roots, [0, 5]);
  t.deepEqual(graph.dependents, [[2, 1, 3], [], [3, 4], [], [], []]);
});

test('roots come with most direct dependents first', (t) => {
  const graph = buildGraph([spec('a'), spec('b'), spec('c', 'b')]);
  t.deepEqual(graph.roots, [1, 0]);
});

test('a graph without circles has none', (t) => {
  t.deepEqual(findCycles([[], [0], [0, 1], [2, 0]]), []);
});

test('each group of nodes that reach each other gives one circle', (t) => {
  const cycles = findCycles([[1], [2], [0, 3], [4], [3], [5], [0]]);
  t.deepEqual(
    cycles.map((cycle) => [...cycle].sort()),
    [[3, 4], [0, 1, 2], [5]],
  );
});

test('each node of a circle points to the next', (t) => {
  const edges = [[3, 1], [2, 0], [1, 3], [4], [2, 0]];
  for (const cycle of findCycles(edges)) {
    for (const [place, node] of cycle.entries()) {
      t.true(edges[node]?.includes(cycle[(place + 1) % cycle.length] as number));
    }
  }
});
