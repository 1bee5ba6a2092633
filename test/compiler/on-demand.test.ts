import test from 'ava';
import { createMachine, raise, setup } from 'xstate';
import { MachineTable } from '../../src/compiler/machine-table.ts';
import { withActions } from '../../src/compiler/with-actions.ts';
import { liveMachines, recordTables } from '../../src/runtime/live-machines.ts';

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
  const table = new MachineTable(machine);
  const { initial } = table;
  const [entry] = table.on(initial.target, 'go') ?? [];
  t.is(entry?.target, 1);
  t.is(table.on(initial.target, 'go')?.[0], entry);
  t.is(table.on(1, 'go'), undefined);
  t.throws(() => table.on(initial.target, 'stay'), { name: 'NotCompilableError' });
  t.throws(() => table.compileAll(), { name: 'NotCompilableError' });
});

test('a machine with other actions shares its states, and leaves the machine as it was', (t) => {
  const own = () => {};
  const machine = setup({ actions: { act: own, other: own } }).createMachine({ initial: 'a', states: { a: { entry: 'act' } } });
  const act = () => {};
  const provided = withActions(machine, { act });
  t.is(provided.root, machine.root);
  t.deepEqual(provided.implementations.actions, { act, other: own });
  t.deepEqual(machine.implementations.actions, { act: own, other: own });
});
