import type { AnyEventObject } from 'xstate';
import type { UndoEmitted } from '../../machines/events.ts';
import { isLastPhase } from '../../machines/last-phases.ts';
import type { Choice } from '../model/choice.ts';
import type { ModelTask } from '../model/model-task.ts';
import type { System } from '../model/system.ts';
import type { UndoTask } from '../model/undo-task.ts';
import { descendantsOf } from './descendants.ts';
import { endingOf } from './ending.ts';
import { type Breach, breach } from './law-names.ts';
import { isSettled, LEGAL_TRANSITIONS } from './transition-rules.ts';

/** Failures after which it is unknown what the function did. */
const UNCLEAR: ReadonlySet<unknown> = new Set(['timedOut', 'invalidResult']);

const isUnsuccessful = (ending: string | undefined): boolean =>
  ending === 'failed' || ending === 'cancelled' || ending === 'timedOut';

/** Checks how a job undoes tasks and runs its finally tasks. */
export class EndingLaws {
  readonly #system: System;
  /** The tasks that may have had an effect although they didn't complete, according to events. */
  readonly #acted = new Set<ModelTask>();
  #endingBefore: string | undefined;
  /** The tasks with a running attempt that can be undone, before the choice. */
  #running: readonly ModelTask[] = [];

  constructor(system: System) {
    this.#system = system;
  }

  begin(): void {
    const { tasks } = this.#system;
    this.#endingBefore = endingOf(this.#system);
    this.#running = tasks.filter(({ undo, attempt }) => undo !== undefined && attempt > 0);
    this.#acted.clear();
    for (const task of tasks) {
      if (task.hasActed) {
        this.#acted.add(task);
      }
    }
  }

  /** Checks an event of the job, which is still in the state before. */
  *breachesOfJob({ from, to, ending }: AnyEventObject): Generator<Breach> {
    if (from === 'idle' && to === 'running') {
      // The job starts, or starts again after a crash.
      this.#acted.clear();
    }
    const end = ending ?? to;
    if (from !== 'running' || end === 'detached') {
      return;
    }
    const { model, tasks } = this.#system;
    const isUndone = isUnsuccessful(end) && model.undo.includes(end);
    for (const task of tasks) {
      const mustUndo = isUndone && this.#hasEffect(task);
      const isPlanned = to === 'undoing' && task.undo?.isPlanned === true;
      if (mustUndo !== isPlanned) {
        const what = mustUndo ? 'must be undone, but is not' : 'is undone, but has nothing to undo';
        yield breach('effectsAreUndone', `${task.id} ${what} before the job ends as ${end}`);
      }
    }
  }

  /** Whether a task has something to undo, by what its events said. */
  #hasEffect(task: ModelTask): boolean {
    return task.undo !== undefined && (task.state.name === 'completed' || this.#acted.has(task) || task.record.isInterrupted);
  }

  /** Checks an event of a task. */
  *breachesOfTask(task: ModelTask, { from, to, reason }: AnyEventObject): Generator<Breach> {
    const { job } = this.#system;
    if (UNCLEAR.has(reason) || (from === 'running' && to === 'cancelled' && task.isStray)) {
      this.#acted.add(task);
    }
    if (task.spec.finally === true ? !this.#mayFinish(reason) : isLastPhase(job.announced)) {
      yield breach('finallyComesLast', `${task.id} is ${to} while the job is ${job.announced}`);
    }
  }

  /** Whether a finally task may do something now: run, or be skipped since the job never started or leaves its process. */
  #mayFinish(reason: unknown): boolean {
    const { job } = this.#system;
    return job.announced === 'finishing' || reason === 'jobDetached' || (job.announced === 'idle' && reason === 'jobCancelled');
  }

  /** Checks an event of a task that is undone. */
  *breachesOfUndo(undo: UndoTask, { type, from, to }: UndoEmitted): Generator<Breach> {
    const { of } = undo;
    const { job } = this.#system;
    if (type !== `task.${to}` || !LEGAL_TRANSITIONS.undo.has(`${from} -> ${to}`)) {
      yield breach('transitionsAreLegal', `${of.id} emitted ${type}: ${from} -> ${to}`);
    }
    if (from !== of.shown) {
      yield breach('transitionsAreLegal', `${of.id} emitted ${from} -> ${to}, but it was ${of.shown}`);
    }
    if (job.announced !== 'undoing') {
      yield breach('effectsAreUndone', `${of.id} is ${to}, but the job is ${job.announced}`);
    }
    if (from !== 'undoing') {
      yield* this.#breachesOfOrder(undo, `starts to be undone`);
    }
  }

  /** Checks the call of an undo. */
  breachesOfCall(undo: UndoTask): Iterable<Breach> {
    return this.#breachesOfOrder(undo, 'is undone');
  }

  *#breachesOfOrder({ of, isWaiting }: UndoTask, what: string): Generator<Breach> {
    const open = descendantsOf(of).find((one) => one.undo?.isPlanned === true && one.shown !== 'undone');
    if (open !== undefined) {
      yield breach('undoneInOrder', `${of.id} ${what}, but ${open.id}, which depends on it, is ${open.shown}`);
    }
    if (isWaiting || of.isStray) {
      yield breach('undoneInOrder', `${of.id} ${what}, but its function has not returned`);
    }
  }

  /** After the death of a process, an attempt whose end isn't saved may have acted, unless it is saved that nothing is undone. */
  *#forgottenAttempts(): Generator<Breach> {
    const { model, savedEnding } = this.#system;
    if (savedEnding !== undefined && !model.undo.some((end) => end === savedEnding.ending)) {
      return;
    }
    const forgotten = this.#running.filter(({ record }) => record.outcomes.length === 0 && !record.isInterrupted);
    for (const { id } of forgotten) {
      yield breach('recordIsKept', `an attempt of ${id} was interrupted, but the next process forgets that it may have acted`);
    }
  }

  /** Checks the job at rest after a choice. */
  *breachesAtRest(choice: Choice, hasChanged: () => boolean): Generator<Breach> {
    const { job, finals, savedEnding } = this.#system;
    const before = this.#endingBefore;
    const ending = endingOf(this.#system);
    const isKept = (end: string) =>
      ending === end || job.announced === 'detached' || (end === 'completed' && ending === 'failed' && finals.some(failsJob));
    if (before !== undefined && !isKept(before)) {
      yield breach('endingIsKept', `the job was about to end as ${before}, but now it is ${ending ?? job.announced}`);
    }
    if (choice.kind === 'cancel' && choice.inFlight === undefined && before !== undefined && hasChanged()) {
      yield breach('endingIsKept', `a cancel changes the job, although it was about to end as ${before}`);
    }
    if (before === undefined && savedEnding !== undefined && !isKept(savedEnding.ending)) {
      yield breach('endingIsKept', `the job is saved as ending as ${savedEnding.ending}, but it is ${ending ?? job.announced}`);
    }
    if (choice.kind === 'crash' && choice.task === undefined) {
      yield* this.#forgottenAttempts();
    }
    if (choice.kind === 'crash' && savedEnding !== undefined && job.announced === 'running') {
      yield breach('recordIsKept', `the job is saved as ${savedEnding.phase}, but it is running`);
    }
  }
}

const failsJob = ({ state, spec }: ModelTask): boolean =>
  isSettled(state.name) && state.name === 'failed' && !spec.continueOnFailure;
