import type { AnyEventObject } from 'xstate';
import type { ModelActor, ModelTask } from './model-task.ts';
import type { LocalState, LocalStep, SteppedActor } from './stepped-actor.ts';

/** Who looks at what happens between two states of rest. */
export interface Observer {
  /** An outside event is taken. */
  turnBegins?(): void;
  moved?(actor: ModelActor, event: AnyEventObject, before: LocalState, step: LocalStep): void;
  /** It has not been told yet: `announced` is the state before. */
  emitted?(actor: ModelActor, event: AnyEventObject): void;
  /** The function of a task is called. */
  called?(task: ModelTask, attempt: number): void;
  /** The signal of an attempt aborts. */
  aborted?(task: ModelTask, attempt: number): void;
  /** A message came to a machine that has ended, or to nobody. */
  refused?(actor: SteppedActor | undefined, event: AnyEventObject): void;
}
