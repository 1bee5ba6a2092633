import type { AnyEventObject } from 'xstate';
import type { ModelActor, ModelTask } from './model-task.ts';
import type { Observer } from './observer.ts';
import type { LocalState, LocalStep, SteppedActor } from './stepped-actor.ts';

/** Tells an observer what happens in a step, and counts the calls of user code. */
export abstract class ObservedWorld {
  observer: Observer | undefined;
  protected calls = 0;

  /** Makes a call with only this observer watching. */
  observedBy<T>(observer: Observer | undefined, call: () => T): T {
    const before = this.observer;
    this.observer = observer;
    try {
      return call();
    } finally {
      this.observer = before;
    }
  }

  emit(actor: SteppedActor, event: AnyEventObject): void {
    const teller = actor as ModelActor;
    this.observer?.emitted?.(teller, event);
    teller.announced = event.to;
    this.#count();
  }

  moved(actor: SteppedActor, event: AnyEventObject, before: LocalState, step: LocalStep): void {
    this.observer?.moved?.(actor as ModelActor, event, before, step);
  }

  refused(actor: SteppedActor | undefined, event: AnyEventObject): void {
    this.observer?.refused?.(actor, event);
  }

  called(task: ModelTask, attempt: number): void {
    this.observer?.called?.(task, attempt);
    this.#count();
  }

  aborted(task: ModelTask, attempt: number): void {
    this.observer?.aborted?.(task, attempt);
    this.#count();
  }

  /** User code was called for the nth time. */
  protected abstract onCall(call: number): void;

  #count(): void {
    this.calls += 1;
    this.onCall(this.calls);
  }
}
