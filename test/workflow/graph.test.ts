import test from 'ava';
import { findCycles } from '../../src/workflow/graph/find-cycles.ts';
import { buildGraph } from '../../src/workflow/graph/task-graph.ts';
import { workflowOrder } from '../../src/workflow/graph/workflow-order.ts';
import type { TaskSpec } from '../../src/workflow/task-spec.ts';

const SPEC: Omit<TaskSpec, 'name'> = {
  run: () => {},
  definition: {},
  dependencies: [],
  edges: undefined,
  anyOf: 0,
  when: undefined,
  backoff: 0,
};

/** A graph in which each task is given by the places of its dependencies. */
const graphOf = (...edges: number[][]) =>
  buildGraph(
    edges.map((_, index) => ({ ...SPEC, name: `t${index}` })),
    new Map(edges.map((_, index) => [`t${index}`, index])),
    edges,
    workflowOrder(edges),
  );

test('dependents come with most direct dependents first, then in the order of definition', (t) => {
  const graph = graphOf([], [0], [0], [0, 2], [2], []);
  t.deepEqual(graph.roots, [0, 5]);
  const dependents = graph.tasks.map((_, task) => graph.dependents.map(task, (dependent) => dependent));
  t.deepEqual(dependents, [[2, 1, 3], [], [3, 4], [], [], []]);
});

test('roots come with most direct dependents first', (t) => {
  const graph = graphOf([], [], [1]);
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
