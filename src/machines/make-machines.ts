import { loadXState } from '../xstate/load-xstate.ts';
import { defineJobMachine, type JobMachine } from './job.machine.ts';
import { once } from './once.ts';
import { defineTaskMachine, type TaskMachine } from './task.machine.ts';

/** Makes `jobMachine`, when it is first needed. */
export const makeJobMachine = once((): JobMachine => defineJobMachine(loadXState()));

/** Makes `taskMachine`, when it is first needed. */
export const makeTaskMachine = once((): TaskMachine => defineTaskMachine(loadXState()));
