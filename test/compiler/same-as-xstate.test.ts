import test from 'ava';
import { jobMachine, taskMachine } from 'tintype/machines';
import { defineJobMachine } from '../../src/machines/job.machine.ts';
import { defineTaskMachine } from '../../src/machines/task.machine.ts';
import { outline } from '../../src/xstate/machine-parts.ts';
import { DAGS, task } from '../check/dags.ts';
import { checkMachines, DEFECTS } from '../check/planted-defects.ts';
import { TwinMachine } from './twin-machine.ts';

const UNKNOWN = [{ type: 'nobody.knows' }, { type: 'xstate.stop' }, { type: 'xstate.error.actor.x', error: 'e', actorId: 'x' }];

for (const { name, tasks, options, size } of DAGS) {
  test(`in every state that a machine can come to, its table does with every event what XState does: ${name}`, (t) => {
    const twins = {
      job: new TwinMachine(jobMachine, outline(defineJobMachine)),
      task: new TwinMachine(taskMachine, outline(defineTaskMachine)),
    };
    const machines = { job: twins.job.machine, task: twins.task.machine };
    const { states } = checkMachines(tasks, machines, { ...options, reduce: { finishedContext: false, symmetry: false } });
    t.is(states, size.states);
    for (const twin of [twins.job, twins.task]) {
      twin.compareAll(...UNKNOWN);
      t.true(twin.compared > 200);
      t.deepEqual(twin.differences, []);
    }
  });
}

for (const { name, machines } of DEFECTS) {
  test(`a machine that is changed needs no other table: ${name}`, (t) => {
    const twins = { job: new TwinMachine(machines.job), task: new TwinMachine(machines.task) };
    const tasks = [
      task('a', [], { timeout: 10 }),
      task('b', ['a'], { backoff: 5 }),
      task('c', [], { continueOnFailure: true }),
    ];
    checkMachines(tasks, { job: twins.job.machine, task: twins.task.machine }, { maxRetries: 1, timeout: 100 });
    t.deepEqual([...twins.job.differences, ...twins.task.differences], []);
  });
}
