export * from './events.ts';
export { Fifo } from './fifo.ts';
export { type JobContext, type JobInput, jobMachine } from './job.machine.ts';
export type * from './messages.ts';
export { type TaskContext, type TaskInput, taskMachine } from './task.machine.ts';
