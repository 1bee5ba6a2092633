import type { ModelTask } from '../model/model-task.ts';
import type { System } from '../model/system.ts';
import type { UndoTask } from '../model/undo-task.ts';
import { isStopped } from './branch-laws.ts';
import { descendantsOf } from './descendants.ts';
import { endingOf, neverStarted } from './ending.ts';
import { type Breach, breach } from './law-names.ts';
import { isSettled } from './transition-rules.ts';

/** Checks a system at rest that undoes tasks, or has finally tasks. */
export class EndingRestLaws {
  readonly #system: System;

  constructor(system: System) {
    this.#system = system;
  }

  *breaches(): Generator<Breach> {
    const { job } = this.#system;
    switch (job.announced) {
      case 'undoing':
        yield* this.#waitingUndos();
        yield* this.#unstartedFinals();
        break;
      case 'idle':
      case 'running':
        yield* this.#unstartedFinals();
        break;
      case 'detached':
        break;
      default:
        yield* this.#unsettled();
        yield* this.#undone();
        yield* this.#result();
        yield* this.#skippedFinals();
        yield* this.#failedFinals();
    }
  }

  get #planned(): readonly UndoTask[] {
    return this.#system.undos.filter(({ isPlanned }) => isPlanned);
  }

  /** A task is undone as soon as nothing keeps it waiting. */
  *#waitingUndos(): Generator<Breach> {
    for (const undo of this.#planned) {
      const { of, state, isWaiting } = undo;
      const isFree = descendantsOf(of).every((one) => one.undo?.isPlanned !== true || one.shown === 'undone');
      if (state.name === 'unscheduled' && isFree && !isWaiting) {
        yield breach('undoneInOrder', `${of.id} is not being undone, although nothing keeps it waiting`);
      }
    }
  }

  *#unstartedFinals(): Generator<Breach> {
    const { finals, job } = this.#system;
    for (const { id, state } of finals) {
      if (state.name !== 'unscheduled') {
        yield breach('finallyComesLast', `${id} is ${state.name}, but the job is ${job.announced}`);
      }
    }
  }

  /** When finally tasks run, everything else is over. */
  *#unsettled(): Generator<Breach> {
    const { ordinary, job } = this.#system;
    for (const { id, state } of [...ordinary, ...this.#planned]) {
      if (!isSettled(state.name)) {
        yield breach('finallyComesLast', `the job is ${job.announced}, but ${id} is ${state.name}`);
      }
    }
  }

  /** Everything that had to be undone was, unless the undo of a dependent failed. */
  *#undone(): Generator<Breach> {
    for (const { of } of this.#planned) {
      const isBlocked = descendantsOf(of).some(({ shown }) => shown === 'undoFailed');
      const isOver = of.shown === 'undone' || of.shown === 'undoFailed';
      if (isBlocked ? of.shown !== of.announced : !isOver) {
        const why = isBlocked ? 'although the undo of a dependent failed' : 'but it had to be undone';
        yield breach('effectsAreUndone', `${of.id} is ${of.shown}, ${why}`);
      }
    }
  }

  *#result(): Generator<Breach> {
    const planned = this.#planned;
    const isIncomplete = planned.some(({ of }) => of.shown !== 'undone');
    const done = isIncomplete ? 'incomplete' : 'done';
    const expected = planned.length === 0 ? 'none' : done;
    const { undoResult } = this.#system;
    if (undoResult !== expected) {
      yield breach('undoIsReported', `the undo is reported as ${undoResult} instead of ${expected}`);
    }
  }

  *#failedFinals(): Generator<Breach> {
    const failed = this.#system.finals.find(({ state, spec }) => state.name === 'failed' && spec.continueOnFailure !== true);
    if (failed !== undefined && endingOf(this.#system) === 'completed') {
      yield breach('jobAgreesWithTasks', `the job completes, but ${failed.id} has failed`);
    }
  }

  *#skippedFinals(): Generator<Breach> {
    const { finals, job } = this.#system;
    const isEnded = isSettled(job.announced);
    const stopped = isEnded && !neverStarted(this.#system) ? finals.find(isSkippedByEnd) : undefined;
    if (stopped !== undefined) {
      yield breach(
        'finallyComesLast',
        `the job ended as ${endingOf(this.#system)}, but ${stopped.id} is ${stopped.state.name}`,
      );
    }
  }
}

const isSkippedByEnd = (task: ModelTask): boolean => isStopped(task) || task.state.name === 'unscheduled';
