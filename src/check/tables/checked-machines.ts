import { compileMachine } from '../../compiler/compile-machine.ts';
import { jobMachine, taskMachine } from '../../machines/index.ts';
import type { JobModel } from '../model/model.ts';

let compiled: JobModel['machines'] | undefined;

/** The machines that jobs run, stepped by their tables. */
export function checkedMachines(): JobModel['machines'] {
  compiled ??= { job: compileMachine(jobMachine), task: compileMachine(taskMachine) };
  return compiled;
}
