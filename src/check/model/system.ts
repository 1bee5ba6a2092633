import type { JobLimits } from '../../machines/messages.ts';
import { type Choice, type CrashChoice, type OutcomeChoice, policyIn, type Stopping, type TimerChoice } from './choice.ts';
import { JobWorld } from './job-world.ts';
import { type ModelActor, ModelTask } from './model-task.ts';
import { choicesOf } from './possible-choices.ts';
import { decodeState, encodeState } from './state-code.ts';

/** What is being saved while a choice is made. The death of a process is not made while something is being saved. */
const savingIn = (choice: Choice): Stopping => (choice.kind === 'crash' ? {} : choice);

/** How an attempt ends that runs. */
const isOutcome = (choice: Choice): choice is OutcomeChoice =>
  choice.kind === 'attempt' || (choice.kind === 'timer' && choice.task !== undefined);

/**
 * A job whose outside events are chosen. Its machines, coordinator and turns are those of `run`; `take` decides how attempts
 * end, when timers fire, when the job is cancelled, and what conditions decide that are functions.
 */
export class System extends JobWorld {
  /** Restores a state returned by `save`. */
  load(code: string): void {
    const queue = decodeState(this, code);
    this.isStarted = this.job.announced !== 'idle';
    this.reset(queue);
  }

  /** The state of the job at rest. */
  save(): string {
    return encodeState(this, this.isSettled ? [] : this.queue);
  }

  /** What can happen next to the job at rest. */
  choices(): Iterable<Choice> {
    return choicesOf(this);
  }

  /**
   * Makes a choice and runs everything that follows, until the job is at rest again.
   * @returns where a cancellation makes a difference: values for `cancelAt`, one for each distinct step
   * @throws {CheckError} if the attempt is not running, or the timer is not pending
   */
  take(choice: Choice): readonly number[] {
    const { inFlight, decided } = savingIn(choice);
    this.beginStep(choice.cancelAt ?? 0);
    this.isLost = 'isLost' in choice;
    this.savedEnd = undefined;
    this.beginsNothing = false;
    this.decisions.begin([...(inFlight?.decisions ?? []), ...(choice.decisions ?? [])]);
    if (inFlight !== undefined && decided !== undefined) {
      this.#stopWhileDeciding(choice, inFlight, decided);
    } else {
      this.#begin(choice, inFlight);
    }
    this.records.follow();
    return this.endStep();
  }

  /** A choice that was just taken, with the decisions about conditions that followed. */
  explicit<Taken extends Choice>(choice: Taken): Taken {
    const known = new Set(savingIn(choice).inFlight?.decisions?.map((one) => JSON.stringify(one)));
    const decisions = this.decisions.made.filter((one) => !known.has(JSON.stringify(one)));
    return decisions.length === 0 && choice.decisions === undefined ? choice : { ...choice, decisions };
  }

  #begin(choice: Choice, inFlight: Stopping['inFlight']): void {
    const land = inFlight && this.attempts.whileSaving(() => this.#start(inFlight));
    this.#start(choice);
    if (this.isLost) {
      this.#detach();
    } else if (land !== undefined) {
      this.turn(land);
    }
  }

  /** Lets something happen, and makes a choice while a decision is being saved that follows from it. */
  #stopWhileDeciding(choice: Choice, before: NonNullable<Stopping['inFlight']>, decided: number): void {
    if (isOutcome(choice)) {
      // Outcomes are saved in order, and the decision comes last.
      for (const land of [before, choice].map((one) => this.attempts.whileSaving(() => this.#start(one)))) {
        this.turn(land);
      }
      return;
    }
    this.#start(before);
    this.records.follow(decided);
    this.#start(choice);
    if (this.isLost) {
      this.#detach();
      this.records.drop();
    }
  }

  /** Makes a choice, with what the retry policy decides. */
  #start(choice: Choice): void {
    this.policy = policyIn(choice);
    switch (choice.kind) {
      case 'start':
        this.tellJob({ type: 'job.start' });
        break;
      case 'cancel':
        this.#cancel();
        break;
      case 'attempt':
        this.turn(() => this.attempts.end(choice));
        break;
      case 'timer':
        this.#fire(choice);
        break;
      case 'crash':
        this.#crash(choice);
        break;
      case 'duplicate':
        this.turn(() => this.attempts.duplicate(choice));
        break;
      case 'return':
        this.turn(() => this.#return(choice.task));
        break;
      case 'detach':
        this.#detach();
    }
  }

  #detach(): void {
    this.turn(() => this.attempts.abortExpired());
    this.tellJob({ type: 'job.detach', error: 'detached' });
  }

  #cancel(): void {
    this.tellJob({ type: 'job.cancel', reason: 'cancelled' });
  }

  protected onCancel(): void {
    this.#cancel();
  }

  #return(task: string): void {
    this.ending.undoing.returned(this.taskOrUndo(task), this.job.announced === 'undoing');
  }

  #fire({ task, isUndo, timer }: TimerChoice): void {
    if (timer === 'functionTimeout') {
      this.turn(() => this.#return(task as string));
      return;
    }
    const actor: ModelActor = task === undefined ? this.job : this.taskOrUndo(task, isUndo);
    const { event } = actor.takeTimer(timer);
    if (actor instanceof ModelTask && timer === 'backoff') {
      actor.record.endBackoff(actor.attempts);
    }
    this.turn(() => actor.deliver(event, this));
  }

  #crash(choice: CrashChoice): void {
    const { task, isUndo, recorded, limits, decisions = [] } = choice;
    if (task !== undefined) {
      this.turn(() => this.attempts.repeat(this.taskOrUndo(task, isUndo)));
      return;
    }
    this.#saveBefore(choice);
    this.limits.change(limits);
    for (const actor of [this.job, ...this.tasks, ...this.undos]) {
      actor.reset();
    }
    for (const { record } of this.tasks) {
      record.interrupt();
    }
    this.isStarted = false;
    this.firstFailed = undefined;
    this.reset([]);
    this.decisions.begin(decisions);
    const { onFailure } = this.model;
    const { slots } = this.limits;
    const ending = this.savedEnding?.ending as JobLimits['ending'];
    const isCancelled = recorded?.kind === 'cancel' || ending === 'cancelled';
    const timeout = ending === undefined || ending === 'timedOut' ? this.model.timeout : undefined;
    const undo = this.undos.length === 0 ? [] : this.model.undo;
    this.beginsNothing = isCancelled || ending !== undefined;
    this.tellJob({
      type: 'job.start',
      limits: { slots, timeout: timeout ?? null, onFailure, undo, ...(ending && { ending }) },
    });
    if (isCancelled) {
      this.#cancel();
    } else if (ending === 'timedOut' && this.job.timers.length > 0) {
      this.#fire({ kind: 'timer', timer: 'jobTimeout' });
    }
  }

  /** Saves what was saved right before the process dies. */
  #saveBefore({ recorded, inFlight, decided }: CrashChoice): void {
    if (recorded !== undefined && decided !== undefined) {
      this.observedBy(undefined, () => this.#saveDecisions(recorded, decided));
    }
    for (const saved of [decided === undefined ? recorded : undefined, inFlight]) {
      if (saved?.kind === 'attempt' || saved?.kind === 'timer') {
        this.policy = saved.policy;
        this.attempts.record(saved);
      }
    }
  }

  /** Lets something happen until so many decisions are saved that follow from it. */
  #saveDecisions(choice: Choice, count: number): void {
    this.decisions.begin(choice.decisions ?? []);
    this.#start(choice);
    this.records.follow(count - 1);
    this.records.saveDecision();
  }
}
