import test from 'ava';
import { createMachine, raise } from 'xstate';
import { SnapshotTable } from '../../src/compiler/snapshot-table.ts';
import { liveMachines, recordTables } from '../../src/runtime/machines/live-machines.ts';

for (const [name, table] of Object.entries({
  ...recordTables(),
  'live job': liveMachines().tables.job,
  'live task': liveMachines().tables.task,
})) {
  test(`a table supports everything in the machine: ${name}`, (t) => {
    t.notThrows(() => table.compileAll());
  });
}

test('a table compiles the transitions of an event when it first occurs in a state, once', (t) => {
  const machine = createMachine({
    initial: 'a',
    states: { a: { on: { go: 'b', stay: { actions: raise({ type: 'go' }) } } }, b: {} },
  });
  const table = new SnapshotTable(machine);
  const { initial } = table;
  const [entry] = table.on(initial.target, 'go') ?? [];
  t.is(entry?.target, 1);
  t.is(table.on(initial.target, 'go')?.[0], entry);
  t.is(table.on(1, 'go'), undefined);
  t.throws(() => table.on(initial.target, 'stay'), { name: 'NotCompilableError' });
  t.throws(() => table.compileAll(), { name: 'NotCompilableError' });
});
