import type { AnyEventObject } from 'xstate';
import type { UndoEmitted } from '../../machines/events.ts';
import type { LocalState, LocalStep } from '../tables/local-machine.ts';
import type { Decision } from './choice.ts';
import type { ModelActor, ModelTask } from './model-task.ts';
import type { SteppedActor } from './stepped-actor.ts';

/** Observes what happens between two states at rest. */
export interface Observer {
  /** An outside event starts a turn. */
  turnBegins?(): void;
  moved?(actor: ModelActor, event: AnyEventObject, before: LocalState, step: LocalStep): void;
  /** Called before listeners: `announced` is still the previous state. The events of an undo reach listeners as `undoEmitted`. */
  emitted?(actor: ModelActor, event: AnyEventObject): void;
  /** What an event of an undo means for the task that is undone. */
  undoEmitted?(undo: ModelTask, event: UndoEmitted): void;
  /** The function of a task is called. */
  called?(task: ModelTask, attempt: number): void;
  /** The condition of a task is evaluated. */
  decided?(task: ModelTask, decision: Decision): void;
  /** The signal of an attempt aborts. */
  aborted?(task: ModelTask, attempt: number): void;
  /** A message was sent to a machine that has ended, or to no machine. */
  refused?(actor: SteppedActor | undefined, event: AnyEventObject): void;
}
