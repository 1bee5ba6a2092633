import type { Decision, Policy } from './choice.ts';
import type { JobModel } from './model.ts';
import type { ModelTask } from './model-task.ts';
import type { ActorWorld } from './stepped-actor.ts';

/** What attempts report to, and where the decisions of retry policies come from. */
export interface AttemptWorld extends ActorWorld {
  readonly policy: Policy | undefined;
  readonly model: JobModel;
  /** Whether the job is saved. */
  readonly isRecorded: boolean;
  /** Whether no attempt starts, since the job was cancelled before a crash. */
  readonly beginsNothing: boolean;
  /** A task, or its undo while that is what runs. */
  task(name: string): ModelTask;
  taskOrUndo(name: string, isUndo: boolean | undefined): ModelTask;
  /** Makes something happen once everything is quiet; saved outcomes are replayed ahead of everything else. */
  turn(event: () => void, kind?: 'take' | 'replay'): void;
  called(task: ModelTask, attempt: number): void;
  decided(task: ModelTask, decision: Decision): void;
  aborted(task: ModelTask, attempt: number): void;
}
