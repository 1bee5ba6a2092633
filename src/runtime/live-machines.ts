import { compileMachine } from '../compiler/compile-machine.ts';
import type { StopReason, TaskEmitted } from '../machines/events.ts';
import { jobMachine } from '../machines/job.machine.ts';
import type { EndState } from '../machines/messages.ts';
import { taskMachine } from '../machines/task.machine.ts';

/** The actions of a job's machines, by name. */
export interface MachineEffects {
  spawnTasks(): void;
  scheduleRoots(): void;
  enqueueTask(task: string): void;
  grantSlot(): void;
  notifyDependents(task: string): void;
  stopTasks(reason: StopReason, cause: unknown): void;
  stopTask(task: string, reason: StopReason): void;
  saveEnd(state: EndState): void;
  startAttempt(task: string, attempt: number): void;
  expireAttempt(task: string): void;
  abortAttempt(task: string): void;
  mergeOutput(task: string, output: object | undefined): void;
  /** A task's machine emits an event. */
  announceTask(event: TaskEmitted): void;
}

/** The effects of each job, by the actor system its machines run in, so that all jobs can share the same machines and actions. */
const effects = new WeakMap<object, MachineEffects>();

export function provideEffects(system: object, provided: MachineEffects): void {
  effects.set(system, provided);
}

const of = (system: object) => effects.get(system) as MachineEffects;

const job = jobMachine.provide({
  actions: {
    spawnTasks: ({ system }) => of(system).spawnTasks(),
    scheduleRoots: ({ system }) => of(system).scheduleRoots(),
    enqueueTask: ({ system }, { task }) => of(system).enqueueTask(task),
    grantSlot: ({ system }) => of(system).grantSlot(),
    notifyDependents: ({ system }, { task }) => of(system).notifyDependents(task),
    stopTasks: ({ system }, { reason, cause }) => of(system).stopTasks(reason, cause),
    stopTask: ({ system }, { task, reason }) => of(system).stopTask(task, reason),
    saveEnd: ({ system }, { state }) => of(system).saveEnd(state),
  },
});

const task = taskMachine.provide({
  actions: {
    startAttempt: ({ system }, { task, attempt }) => of(system).startAttempt(task, attempt),
    expireAttempt: ({ system }, { task }) => of(system).expireAttempt(task),
    abortAttempt: ({ system }, { task }) => of(system).abortAttempt(task),
    mergeOutput: ({ system }, { task, output }) => of(system).mergeOutput(task, output),
  },
});

const announceTask = (event: object, system: object) => of(system).announceTask(event as TaskEmitted);

/** Steps the machines with compiled lookup tables, or with XState's interpreter. Both behave the same; tables are several times as fast. */
export type Interpreter = 'compiled' | 'xstate';

export const liveMachines = {
  compiled: { job: compileMachine(job), task: compileMachine(task, announceTask) },
  xstate: { job, task },
} satisfies Record<Interpreter, { job: typeof jobMachine; task: typeof taskMachine }>;
