import test from 'ava';
import { layOutApart } from '../../inspector/src/page/graph/finally-apart.ts';
import { type LayoutNode, layOut } from '../../inspector/src/page/graph/layout.ts';
import { dependentsOf, move } from '../../inspector/src/page/graph/moves.ts';

const WIDTH = 100;
const HEIGHT = 40;
const node = (name: string, dependencies: readonly string[] = [], isFinally = false): LayoutNode => ({
  name,
  dependencies,
  isFinally,
});

const nodes = [node('close', [], true), node('a'), node('b', ['a']), node('mail', [], true), node('letter', ['close'], true)];

test('finally tasks are below all others, in a box that holds nothing else', (t) => {
  const { places, box, width, height, edges, rows } = layOutApart(nodes, WIDTH, HEIGHT);
  const isInside = (name: string) => {
    const { x, y } = places.get(name)!;
    return x >= box!.x && y >= box!.y && x + WIDTH <= box!.x + box!.width && y + HEIGHT <= box!.y + box!.height;
  };
  t.deepEqual(
    nodes.map(({ name }) => isInside(name)),
    [true, false, false, true, true],
  );
  t.true(Math.max(places.get('a')!.y, places.get('b')!.y) + HEIGHT < box!.y);
  t.true(box!.x >= 0 && box!.x + box!.width <= width && box!.y + box!.height <= height);
  t.deepEqual(rows.flat().sort(), ['a', 'b', 'close', 'letter', 'mail']);
  const edge = edges.find(({ to }) => to === 'letter');
  t.is(edge?.points[0]?.y, places.get('close')!.y + HEIGHT);
  t.is(edge?.points.at(-1)?.y, places.get('letter')!.y);
});

test('the narrower part is in the middle', (t) => {
  const { places, width } = layOutApart(
    [node('end', [], true), ...['a', 'b', 'c', 'd'].map((name) => node(name))],
    WIDTH,
    HEIGHT,
  );
  t.is(places.get('end')!.x + WIDTH / 2, width / 2);
});

test('arrow keys reach finally tasks from the others, and go back', (t) => {
  const layout = layOutApart(nodes, WIDTH, HEIGHT);
  const go = (arrow: 'ArrowLeft' | 'ArrowRight' | 'ArrowDown', from: string) =>
    move(arrow, from, layout, dependentsOf(nodes), nodes.find(({ name }) => name === from)!);
  const first = go('ArrowRight', 'b');
  t.true(['close', 'mail'].includes(first));
  t.is(go('ArrowLeft', first), 'b');
  t.is(go('ArrowDown', 'close'), 'letter');
});

test('without finally tasks nothing is added, and a workflow can have nothing else', (t) => {
  const plain = nodes.filter(({ isFinally }) => !isFinally);
  t.deepEqual(layOutApart(plain, WIDTH, HEIGHT), layOut(plain, WIDTH, HEIGHT));
  const { box, width, height } = layOutApart([node('end', [], true)], WIDTH, HEIGHT);
  t.like(box, { x: 0, y: 0, width, height });
});
