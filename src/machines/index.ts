import type { JobMachine } from './job.machine.ts';
import { makeJobMachine, makeTaskMachine } from './make-machines.ts';
import type { TaskMachine } from './task.machine.ts';

export { Fifo } from '../values/fifo.ts';
export * from './events.ts';
export type { JobContext, JobInput } from './job.machine.ts';
export type * from './messages.ts';
export type { TaskContext, TaskInput } from './task.machine.ts';

/**
 * The machine of a job. It grants slots and decides when and how the job ends. You provide its effects as the actions
 * `spawnTasks`, `scheduleRoots`, `enqueueTask`, `grantSlot`, `notifyDependents`, `stopTasks`, `stopIdleTasks`, `stopTask`, `planUndo`,
 * `scheduleUndo`, `scheduleFinals`, `saveEnding` and `saveEnd`.
 */
export const jobMachine: JobMachine = /* @__PURE__ */ makeJobMachine();

/**
 * The machine of one task. It decides whether and when the task is ready, whether an attempt is retried, and when it times out. You provide
 * its effects as the actions `decide`, `startAttempt`, `expireAttempt`, `abortAttempt` and `mergeOutput`. It sends `slot.requested`,
 * `slot.released` and `task.settled` to its parent.
 */
export const taskMachine: TaskMachine = /* @__PURE__ */ makeTaskMachine();
