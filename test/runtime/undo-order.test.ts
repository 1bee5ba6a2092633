import test from 'ava';
import { UndoOrder } from '../../src/runtime/undo/undo-order.ts';
import type { TaskGraph } from '../../src/workflow/graph/task-graph.ts';
import { readTasks } from '../../src/workflow/validate-tasks.ts';

test('a task that needs no undo frees any number of dependencies', (t) => {
  const names = Array.from({ length: 150_000 }, (_, index) => `t${index}`);
  const run = () => {};
  const { graph } = readTasks([...names.map((name) => ({ name, run })), { name: 'last', dependencies: names, run }]);
  const order = new UndoOrder(graph as TaskGraph, (task) => task === 0);
  t.deepEqual(order.start(), [0]);
});
