import { machineOf } from '../compiler/compile-machine.ts';
import { MachineTable } from '../compiler/machine-table.ts';
import { type ActionsOf, withActions } from '../compiler/with-actions.ts';
import type { JobEmitted, StopReason, TaskEmitted } from '../machines/events.ts';
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
  /** The job's machine emits an event. */
  announceJob(event: JobEmitted): void;
}

const EFFECTS = Symbol('effects');

/** What the machines of a job run in, an actor system or what takes its place, with the effects of their actions. */
export interface WithEffects {
  [EFFECTS]?: MachineEffects;
}

/** So all jobs can share the same machines and actions. */
export function provideEffects<System extends object>(system: System, effects: MachineEffects): System {
  (system as WithEffects)[EFFECTS] = effects;
  return system;
}

const of = (system: object) => (system as WithEffects)[EFFECTS] as MachineEffects;

const jobActions: ActionsOf<typeof jobMachine> = {
  spawnTasks: ({ system }) => of(system).spawnTasks(),
  scheduleRoots: ({ system }) => of(system).scheduleRoots(),
  enqueueTask: ({ system }, { task }) => of(system).enqueueTask(task),
  grantSlot: ({ system }) => of(system).grantSlot(),
  notifyDependents: ({ system }, { task }) => of(system).notifyDependents(task),
  stopTasks: ({ system }, { reason, cause }) => of(system).stopTasks(reason, cause),
  stopTask: ({ system }, { task, reason }) => of(system).stopTask(task, reason),
  saveEnd: ({ system }, { state }) => of(system).saveEnd(state),
};

const taskActions: ActionsOf<typeof taskMachine> = {
  startAttempt: ({ system }, { task, attempt }) => of(system).startAttempt(task, attempt),
  expireAttempt: ({ system }, { task }) => of(system).expireAttempt(task),
  abortAttempt: ({ system }, { task }) => of(system).abortAttempt(task),
  mergeOutput: ({ system }, { task, output }) => of(system).mergeOutput(task, output),
};

/** The tables of the machines, for records. */
export const tables = {
  job: /* @__PURE__ */ new MachineTable(/* @__PURE__ */ withActions(jobMachine, jobActions)),
  task: /* @__PURE__ */ new MachineTable(/* @__PURE__ */ withActions(taskMachine, taskActions)),
};

/** Steps the machines with compiled lookup tables, or with XState's interpreter. Both behave the same; tables are many times as fast. */
export type Interpreter = 'compiled' | 'xstate';

/** The machines for actors, with their tables. */
export interface LiveMachines
  extends Record<Interpreter, { readonly job: typeof jobMachine; readonly task: typeof taskMachine }> {
  readonly tables: { readonly job: MachineTable; readonly task: MachineTable };
}

let made: LiveMachines | undefined;

/** Made when someone looks at a job for the first time. */
export function liveMachines(): LiveMachines {
  made ??= makeLiveMachines();
  return made;
}

function makeLiveMachines(): LiveMachines {
  const job = jobMachine.provide({ actions: jobActions });
  const task = taskMachine.provide({ actions: taskActions });
  const live = { job: new MachineTable(job), task: new MachineTable(task) };
  const announceTask = (event: object, system: object) => of(system).announceTask(event as TaskEmitted);
  return {
    compiled: { job: machineOf(live.job), task: machineOf(live.task, announceTask) },
    xstate: { job, task },
    tables: live,
  };
}
