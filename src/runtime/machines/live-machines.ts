import type { AnyStateMachine } from 'xstate';
import { machineOf } from '../../compiler/compile-machine.ts';
import { MachineTable } from '../../compiler/machine-table.ts';
import { outlinedMachine } from '../../compiler/outlined-machine.ts';
import { SnapshotTable } from '../../compiler/snapshot-table.ts';
import type { JobEmitted, StopReason, TaskEmitted } from '../../machines/events.ts';
import { defineJobMachine, type JobMachine } from '../../machines/job.machine.ts';
import type { LastPhase } from '../../machines/last-phases.ts';
import { makeJobMachine, makeTaskMachine } from '../../machines/make-machines.ts';
import type { EndState } from '../../machines/messages.ts';
import { once } from '../../machines/once.ts';
import { defineTaskMachine, type TaskMachine } from '../../machines/task.machine.ts';
import { outline } from '../../xstate/machine-parts.ts';

/** The actions of a job's machines, by name. */
export interface MachineEffects {
  spawnTasks(): void;
  scheduleRoots(): void;
  enqueueTask(task: string): void;
  grantSlot(): void;
  notifyDependents(task: string): void;
  stopTasks(reason: StopReason, cause: unknown): void;
  stopIdleTasks(reason: StopReason): void;
  stopTask(task: string, reason: StopReason): void;
  planUndo(): void;
  scheduleUndo(): void;
  scheduleFinals(): void;
  saveEnding(phase: LastPhase, state: Exclude<EndState, 'detached'>): void;
  saveEnd(state: EndState): void;
  decide(task: string): void;
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

/** The actions that a machine can be provided with. */
type ActionsOf<Machine extends AnyStateMachine> = NonNullable<Parameters<Machine['provide']>[0]['actions']>;

const jobActions: ActionsOf<JobMachine> = {
  spawnTasks: ({ system }) => of(system).spawnTasks(),
  scheduleRoots: ({ system }) => of(system).scheduleRoots(),
  enqueueTask: ({ system }, { task }) => of(system).enqueueTask(task),
  grantSlot: ({ system }) => of(system).grantSlot(),
  notifyDependents: ({ system }, { task }) => of(system).notifyDependents(task),
  stopTasks: ({ system }, { reason, cause }) => of(system).stopTasks(reason, cause),
  stopIdleTasks: ({ system }, { reason }) => of(system).stopIdleTasks(reason),
  stopTask: ({ system }, { task, reason }) => of(system).stopTask(task, reason),
  planUndo: ({ system }) => of(system).planUndo(),
  scheduleUndo: ({ system }) => of(system).scheduleUndo(),
  scheduleFinals: ({ system }) => of(system).scheduleFinals(),
  saveEnding: ({ system }, { phase, state }) => of(system).saveEnding(phase, state),
  saveEnd: ({ system }, { state }) => of(system).saveEnd(state),
};

const taskActions: ActionsOf<TaskMachine> = {
  decide: ({ system }, { task }) => of(system).decide(task),
  startAttempt: ({ system }, { task, attempt }) => of(system).startAttempt(task, attempt),
  expireAttempt: ({ system }, { task }) => of(system).expireAttempt(task),
  abortAttempt: ({ system }, { task }) => of(system).abortAttempt(task),
  mergeOutput: ({ system }, { task, output }) => of(system).mergeOutput(task, output),
};

/** The tables of the machines, for records; made for the first job. */
export const recordTables = once(() => ({
  job: new MachineTable(outlinedMachine(outline(defineJobMachine), jobActions)),
  task: new MachineTable(outlinedMachine(outline(defineTaskMachine), taskActions)),
}));

/** Steps the machines with compiled lookup tables, or with XState's interpreter. Both behave the same; tables are many times as fast. */
export type Interpreter = 'compiled' | 'xstate';

/** The machines for actors, with their tables. */
export interface LiveMachines extends Record<Interpreter, { readonly job: JobMachine; readonly task: TaskMachine }> {
  readonly tables: { readonly job: SnapshotTable; readonly task: SnapshotTable };
}

/** Made when someone looks at a job for the first time. */
export const liveMachines = once((): LiveMachines => {
  const job = makeJobMachine().provide({ actions: jobActions });
  const task = makeTaskMachine().provide({ actions: taskActions });
  const tables = { job: new SnapshotTable(job), task: new SnapshotTable(task) };
  const announceTask = (event: object, system: object) => of(system).announceTask(event as TaskEmitted);
  return {
    compiled: { job: machineOf(tables.job), task: machineOf(tables.task, announceTask) },
    xstate: { job, task },
    tables,
  };
});
