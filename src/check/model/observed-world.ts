import type { AnyEventObject } from 'xstate';
import type { UndoEmitted } from '../../machines/events.ts';
import type { LocalState, LocalStep } from '../tables/local-machine.ts';
import type { Decision } from './choice.ts';
import { Interruptions } from './interruptions.ts';
import type { ModelActor, ModelTask } from './model-task.ts';
import type { Observer } from './observer.ts';
import type { SteppedActor } from './stepped-actor.ts';

/** Tells an observer what happens in a step, and counts the calls of user code: a cancellation can happen in each of them. */
export abstract class ObservedWorld {
  observer: Observer | undefined;
  readonly #interruptions = new Interruptions();

  /** Whether a cancel changes nothing any more. */
  protected abstract readonly isDecided: boolean;

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
    teller.announce(event);
    this.#count();
  }

  /** The undo of a task emits an event, which means something for the task, or nothing. */
  protected emitOfUndo(actor: ModelTask, event: AnyEventObject, meaning: UndoEmitted | undefined): void {
    this.observer?.emitted?.(actor, event);
    if (meaning === undefined) {
      actor.announce(event);
      return;
    }
    this.observer?.undoEmitted?.(actor, meaning);
    actor.announce(event);
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

  decided(task: ModelTask, decision: Decision): void {
    this.observer?.decided?.(task, decision);
  }

  aborted(task: ModelTask, attempt: number): void {
    this.observer?.aborted?.(task, attempt);
    this.#count();
  }

  /** @param cancelAt as in a choice; 0 for none */
  protected beginStep(cancelAt: number): void {
    this.#interruptions.begin(cancelAt);
  }

  /** An outside event is taken once everything is quiet, and so is a cancellation that came before. */
  protected beginTurn(): void {
    this.#endPart();
    this.observer?.turnBegins?.();
  }

  /** Returns where a cancellation makes a difference: the first call of each part. All other calls of the part are like it. */
  protected endStep(): readonly number[] {
    this.#endPart();
    return [...this.#interruptions.found];
  }

  #endPart(): void {
    this.#interruptions.endPart(this.isDecided);
  }

  /** The job is cancelled by user code. */
  protected abstract onCancel(): void;

  #count(): void {
    this.#interruptions.call();
    if (this.#interruptions.isCancelled) {
      this.#interruptions.isCancelled = false;
      this.onCancel();
    }
  }
}
