import test from 'ava';
import fc from 'fast-check';
import { edgeGroups } from '../../inspector/src/page/graph/edge-looks.ts';
import { layersOf } from '../../inspector/src/page/graph/layers.ts';
import {
  JOIN_HEIGHT,
  type Layout,
  type LayoutNode,
  layOut,
  NODE_HEIGHT,
  type Point,
} from '../../inspector/src/page/graph/layout.ts';
import { type Arrow, dependentsOf, move } from '../../inspector/src/page/graph/moves.ts';
import { fitted, revealing, zoomed } from '../../inspector/src/page/graph/viewport.ts';

const WIDTH = 100;

/** Graphs in which each node depends on nodes before it. */
const graphs = (most: number): fc.Arbitrary<LayoutNode[]> =>
  fc.array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: most }).map((picks) =>
    picks.map((ones, index) => ({
      name: `n${index}`,
      dependencies: index === 0 ? [] : [...new Set(ones.map((one) => `n${one % index}`))],
    })),
  );

const shapes = {
  'few nodes': graphs(12),
  'many nodes': graphs(120),
  'a wide layer': graphs(60).map((nodes) => nodes.map((node) => ({ ...node, dependencies: node.dependencies.slice(0, 1) }))),
};

for (const [shape, arbitrary] of Object.entries(shapes)) {
  test(`${shape}: every edge goes downwards, from the node that is depended on to the one that depends on it`, (t) => {
    fc.assert(
      fc.property(arbitrary, (nodes) => {
        const layout = layOut(nodes, WIDTH);
        t.is(layout.edges.length, nodes.flatMap(({ dependencies }) => dependencies).length);
        for (const { from, to, points } of layout.edges) {
          t.deepEqual(points[0], { x: place(layout, from).x + WIDTH / 2, y: place(layout, from).y + NODE_HEIGHT });
          t.deepEqual(points.at(-1), { x: place(layout, to).x + WIDTH / 2, y: place(layout, to).y });
          for (const [index, { y }] of points.entries()) {
            t.true(index === 0 || y > points[index - 1]!.y);
          }
        }
      }),
    );
  });

  test(`${shape}: no two nodes overlap, and all are inside`, (t) => {
    fc.assert(
      fc.property(arbitrary, (nodes) => {
        const layout = layOut(nodes, WIDTH);
        const places = nodes.map(({ name }) => place(layout, name));
        for (const [index, one] of places.entries()) {
          t.true(one.x > -0.001 && one.x + WIDTH < layout.width + 0.001);
          t.true(one.y >= 0 && one.y + NODE_HEIGHT <= layout.height);
          for (const other of places.slice(index + 1)) {
            t.true(Math.abs(one.x - other.x) >= WIDTH || Math.abs(one.y - other.y) >= NODE_HEIGHT);
          }
        }
        t.deepEqual(layout.rows.flat().toSorted(), nodes.map(({ name }) => name).toSorted());
      }),
    );
  });

  test(`${shape}: arrow keys lead to every node`, (t) => {
    fc.assert(
      fc.property(arbitrary, (nodes) => {
        const layout = layOut(nodes, WIDTH);
        const reached = new Set([layout.rows[0]![0]!]);
        for (const name of reached) {
          for (const arrow of ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'] satisfies Arrow[]) {
            reached.add(move(arrow, name, layout, dependentsOf(nodes), nodes.find((node) => node.name === name)!));
          }
        }
        t.is(reached.size, nodes.length);
      }),
      { numRuns: 20 },
    );
  });
}

test('a node is one layer below the lowest of what it depends on', (t) => {
  t.deepEqual(layersOf([[], [0], [0, 1], []]), [0, 1, 2, 0]);
});

test('nodes of a circle, which no job has, come last', (t) => {
  t.deepEqual(layersOf([[], [2], [1]]), [0, 1, 1]);
  t.notThrows(() => layOut([node('a', 'b'), node('b', 'a')], WIDTH));
});

test('a dependency that is not known is left out', (t) => {
  t.deepEqual(layOut([node('a', 'gone')], WIDTH).edges, []);
});

test('a layer of a thousand nodes is about as high as it is wide', (t) => {
  const nodes = Array.from({ length: 1000 }, (_, index) => node(`n${index}`));
  const { width, height } = layOut(nodes, WIDTH);
  t.true(width / height > 0.5 && width / height < 2, `${width} × ${height}`);
});

test('nodes that depend on the one before stand below each other', (t) => {
  const layout = layOut([node('a'), node('b', 'a'), node('c', 'b')], WIDTH);
  t.deepEqual(new Set(['a', 'b', 'c'].map((name) => place(layout, name).x)), new Set([0]));
});

test('a long edge hardly moves what it goes around', (t) => {
  const layout = layOut([node('a'), node('b', 'a'), node('c', 'b', 'a')], WIDTH);
  const places = ['a', 'b', 'c'].map((name) => place(layout, name).x);
  t.true(Math.max(...places) - Math.min(...places) < 5, String(places));
});

test('a long edge goes around the nodes between', (t) => {
  const layout = layOut([node('a'), node('b', 'a'), node('c', 'b', 'a')], WIDTH);
  const { points } = layout.edges.find(({ from, to }) => from === 'a' && to === 'c')!;
  const { x } = place(layout, 'b');
  t.true(points[1]!.x < x || points[1]!.x > x + WIDTH);
});

test('how long it takes to lay out a thousand nodes', (t) => {
  const nodes = Array.from({ length: 1000 }, (_, index) =>
    node(`n${index}`, ...(index < 30 ? [] : [`n${index - 30}`, `n${Math.floor(index / 2)}`])),
  );
  layOut(nodes, WIDTH);
  const start = performance.now();
  layOut(nodes, WIDTH);
  t.log(`${Math.round(performance.now() - start)} ms`);
  t.pass();
});

const drawing = { width: 1000, height: 500 };
const window = { width: 600, height: 600 };

test('all of a drawing fits, and a small one is not made larger', (t) => {
  const { x, y, scale } = fitted(drawing, window);
  t.true(x >= 0 && x + drawing.width * scale <= window.width);
  t.true(y >= 0 && y + drawing.height * scale <= window.height);
  t.is(fitted({ width: 10, height: 10 }, window).scale, 1);
});

test('zooming leaves the point under the pointer where it is', (t) => {
  const before = { x: 10, y: 20, scale: 0.5 };
  const at = { x: 110, y: 70 };
  const { x, y, scale } = zoomed(before, 2, at);
  t.deepEqual({ x, y, scale }, { x: -90, y: -30, scale: 1 });
  t.is(zoomed(before, 1e9, at).scale, zoomed(before, 1e12, at).scale);
});

test('what is not seen is moved to where it is, and what is seen stays', (t) => {
  const part = { x: 900, y: 100, width: 100, height: 44 };
  const { x, scale } = revealing({ x: 0, y: 0, scale: 1 }, part, window);
  t.true(x + part.x * scale >= 0 && x + (part.x + part.width) * scale <= window.width);
  t.deepEqual(revealing({ x: 0, y: 0, scale: 1 }, { ...part, x: 100 }, window), { x: 0, y: 0, scale: 1 });
});

function node(name: string, ...dependencies: string[]): LayoutNode {
  return { name, dependencies };
}

function place({ places }: Layout, name: string): Point {
  return places.get(name)!;
}

test('the edges of a group meet in a join above their task, beside those of no group', (t) => {
  const nodes = [
    ...['a', 'b', 'c', 'd', 'e'].map((name) => node(name)),
    { ...node('f', 'a', 'b', 'c', 'd', 'e'), settled: ['b'], joins: [['c', 'd'], ['e']] },
    { ...node('g', 'a'), joins: [['a']] },
  ];
  const layout = layOut(nodes, WIDTH, 60);
  const { x, y } = place(layout, 'f');
  const endOf = (from: string) => layout.edges.find((edge) => edge.from === from && edge.to === 'f')?.points.at(-1);
  const middle = x + WIDTH / 2;
  t.deepEqual(endOf('a'), { x: middle - 25, y });
  t.deepEqual(endOf('b'), { x: middle - 25, y });
  t.deepEqual(endOf('c'), { x: middle, y: y - JOIN_HEIGHT });
  t.deepEqual(endOf('d'), { x: middle, y: y - JOIN_HEIGHT });
  t.deepEqual(endOf('e'), { x: middle + 25, y: y - JOIN_HEIGHT });
  t.deepEqual(layout.joins, [
    { to: 'f', names: ['c', 'd'], x: middle, y },
    { to: 'f', names: ['e'], x: middle + 25, y },
    { to: 'g', names: ['a'], x: place(layout, 'g').x + WIDTH / 2, y: place(layout, 'g').y },
  ]);
  t.deepEqual(
    layout.edges.filter(({ isDashed }) => isDashed).map(({ from }) => from),
    ['b'],
  );
  t.is(layout.nodeHeight, 60);
  t.true(place(layout, 'f').y >= 60);
});

test('edges are grouped by their looks', (t) => {
  const nodes = [node('a'), node('b'), { ...node('c', 'a', 'b'), settled: ['b'] }];
  const { edges } = layOut(nodes, WIDTH);
  const looks = (...skipped: string[]) =>
    edgeGroups(edges, new Set(skipped), 'plain').map(({ look, edges: those }) => [look, those.map(({ from }) => from)]);
  t.deepEqual(looks(), [
    ['plain', ['a']],
    ['plain settled', ['b']],
  ]);
  t.deepEqual(looks('b'), [
    ['plain', ['a']],
    ['plain settled dim', ['b']],
  ]);
  t.deepEqual(looks('c'), [
    ['plain dim', ['a']],
    ['plain settled dim', ['b']],
  ]);
});
