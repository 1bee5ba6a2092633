import type { AnyEventObject } from 'xstate';
import type { LocalState, LocalStep } from '../tables/local-machine.ts';
import type { ModelActor, ModelTask } from './model-task.ts';
import type { Observer } from './observer.ts';
import type { SteppedActor } from './stepped-actor.ts';

/** Tells an observer what happens in a step, and counts the calls of user code: a cancellation can happen in each of them. */
export abstract class ObservedWorld {
  observer: Observer | undefined;
  protected calls = 0;
  /** The first call of each part of the step in which a cancellation makes a difference; all other calls of the part are like it. */
  #interruptions: number[] = [];
  /** The first call of the current part; 0 if there was none. */
  #first = 0;

  protected abstract readonly isSettled: boolean;

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
    this.#endPart();
    this.observer?.called?.(task, attempt);
    this.#count();
  }

  aborted(task: ModelTask, attempt: number): void {
    this.observer?.aborted?.(task, attempt);
    this.#count();
  }

  protected beginStep(): void {
    this.calls = 0;
    this.#first = 0;
    this.#interruptions = [];
  }

  /** An outside event is taken once everything is quiet, and so is a cancellation that came before. */
  protected beginTurn(): void {
    this.#endPart();
    this.observer?.turnBegins?.();
  }

  protected endStep(): readonly number[] {
    this.#endPart();
    return this.#interruptions;
  }

  /** A job that has ended by then ignores a cancellation. */
  #endPart(): void {
    if (this.#first > 0 && !this.isSettled) {
      this.#interruptions.push(this.#first);
    }
    this.#first = 0;
  }

  /** User code was called for the nth time. */
  protected abstract onCall(call: number): void;

  #count(): void {
    this.calls += 1;
    this.#first ||= this.calls;
    this.onCall(this.calls);
  }
}
