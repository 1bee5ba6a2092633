import type { StopReason } from '../machines/events.ts';
import { jobMachine } from '../machines/job.machine.ts';
import { taskMachine } from '../machines/task.machine.ts';

/** What the machines of a job want done in the world, by the names of their actions. */
export interface MachineEffects {
  spawnTasks(): void;
  scheduleRoots(): void;
  enqueueTask(task: string): void;
  grantSlot(): void;
  notifyDependents(task: string): void;
  stopTasks(reason: StopReason, cause: unknown): void;
  startAttempt(task: string, attempt: number): void;
  expireAttempt(task: string): void;
  abortAttempt(task: string): void;
  mergeOutput(output: object | undefined): void;
}

/** Whose effects they are, by the actor system that the machines run in: so one machine with its actions serves all jobs. */
const effects = new WeakMap<object, MachineEffects>();

export function provideEffects(system: object, provided: MachineEffects): void {
  effects.set(system, provided);
}

const of = ({ system }: { system: object }) => effects.get(system) as MachineEffects;

export const liveJobMachine = jobMachine.provide({
  actions: {
    spawnTasks: (args) => of(args).spawnTasks(),
    scheduleRoots: (args) => of(args).scheduleRoots(),
    enqueueTask: (args, { task }) => of(args).enqueueTask(task),
    grantSlot: (args) => of(args).grantSlot(),
    notifyDependents: (args, { task }) => of(args).notifyDependents(task),
    stopTasks: (args, { reason, cause }) => of(args).stopTasks(reason, cause),
  },
});

export const liveTaskMachine = taskMachine.provide({
  actions: {
    startAttempt: (args, { task, attempt }) => of(args).startAttempt(task, attempt),
    expireAttempt: (args, { task }) => of(args).expireAttempt(task),
    abortAttempt: (args, { task }) => of(args).abortAttempt(task),
    mergeOutput: (args, { output }) => of(args).mergeOutput(output),
  },
});
