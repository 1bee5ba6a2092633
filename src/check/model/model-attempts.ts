import type { FailureReason } from '../../machines/events.ts';
import type { Turns } from '../../time/turns.ts';
import { quote } from '../../values/describe-value.ts';
import { CheckError } from '../check-error.ts';
import { isSettled } from '../laws/transition-rules.ts';
import { messageOf } from './attempt-message.ts';
import type { AttemptWorld } from './attempt-world.ts';
import type { AttemptChoice, DuplicateChoice, Policy, TimerChoice } from './choice.ts';
import type { ModelTask } from './model-task.ts';
import type { PendingRecords } from './pending-records.ts';
import { policiesOf } from './possible-choices.ts';
import type { OutcomeOnRecord } from './task-record.ts';

const REASONS = { throws: 'exception', garbage: 'invalidResult' } as const satisfies Record<string, FailureReason>;

/** Ends the attempt of a task, whatever comes of it. */
function finishAttempt(task: ModelTask): number {
  const { attempt } = task;
  task.attempt = 0;
  return attempt;
}

/** Handles attempts as the runtime does, without calling functions. */
export class ModelAttempts {
  readonly #world: AttemptWorld;
  readonly #turns: Turns;
  /** Tasks with a running attempt whose function has not been called yet. */
  readonly #uncalled = new Set<ModelTask>();
  readonly #records: PendingRecords;
  /** Outcomes that are being saved while the store doesn't answer; undefined while it does. */
  #unsaved: (() => void)[] | undefined;
  /** Attempts that have timed out, but can't be aborted until that is saved. */
  readonly #expired = new Map<ModelTask, number>();

  constructor(world: AttemptWorld, turns: Turns, records: PendingRecords) {
    this.#world = world;
    this.#turns = turns;
    this.#records = records;
  }

  start(task: ModelTask, attempt: number): void {
    this.#turns.defer(() => {
      task.attempt = attempt;
      this.#uncalled.add(task);
      if (this.#world.isRecorded) {
        this.#startRecorded(task, attempt);
      } else {
        this.#call(task, attempt);
      }
    });
  }

  /** Calls the function of a task once everything else is done, unless the attempt is over by then. */
  #call(task: ModelTask, attempt: number): void {
    this.#turns.call(() => {
      if (task.attempt === attempt) {
        this.#uncalled.delete(task);
        this.#world.called(task, attempt);
      }
    });
  }

  /** A saved attempt does not run again: its machine receives the saved outcome. */
  #startRecorded(task: ModelTask, attempt: number): void {
    const { record } = task;
    const outcome = record.outcomeOf(attempt);
    const ifActive = (event: () => void) => () => {
      if (task.attempt === attempt) {
        this.#uncalled.delete(task);
        event();
      }
    };
    if (outcome !== undefined) {
      finishAttempt(task);
      this.#uncalled.delete(task);
      task.returned = record.output;
      task.deliver({ type: 'attempt.ended', attempt }, this.#world);
      this.#world.turn(() => this.#land(task, attempt, outcome), 'replay');
    } else if (this.#world.beginsNothing && !task.isUndo && task.spec.finally !== true) {
      // It is cancelled next.
    } else if (record.wasInterrupted(attempt)) {
      this.#world.turn(
        ifActive(() => this.#lose(task, attempt)),
        'replay',
      );
    } else {
      this.#records.push(
        () => {
          record.begun = this.#world.model.countInterrupted ? attempt : 0;
          record.isOpen = task.undo !== undefined;
        },
        () => this.#call(task, attempt),
      );
    }
  }

  /** Counts an interrupted attempt as failed. No choice decides its retry policy: the first possible decision is taken. */
  #lose(task: ModelTask, attempt: number): void {
    const [policy = 'giveUp'] = policiesOf(task, 'exception');
    const outcome: OutcomeOnRecord = { reason: 'exception', policy };
    finishAttempt(task);
    task.deliver({ type: 'attempt.ended', attempt }, this.#world);
    this.#records.push(
      () => this.#put(task, attempt, outcome),
      () => this.#land(task, attempt, outcome),
    );
  }

  /** The worker running an attempt died, and another one runs it again. */
  repeat(task: ModelTask): void {
    this.#world.called(task, this.#running(task));
  }

  abort(task: ModelTask): void {
    // At once, as in the runtime; abort listeners are called after the step.
    const attempt = finishAttempt(task) || this.#takeExpired(task);
    if (attempt > 0 && !this.#uncalled.delete(task)) {
      task.isStray = task.undo !== undefined;
      this.#turns.defer(() => this.#world.aborted(task, attempt));
    }
  }

  /** @throws {CheckError} if no attempt is running */
  end(choice: AttemptChoice): void {
    const task = this.#world.task(choice.task);
    this.#finish(task, this.#running(task), this.#outcomeOf(choice));
  }

  /** Lets something happen while the store doesn't answer. Returns what follows once the outcomes are saved. */
  whileSaving(happen: () => void): () => void {
    const unsaved: (() => void)[] = [];
    this.#unsaved = unsaved;
    happen();
    this.#unsaved = undefined;
    return () => {
      for (const land of unsaved) {
        land();
      }
    };
  }

  /** The job leaves its process, so nothing keeps attempts that have timed out from being aborted. */
  abortExpired(): void {
    for (const task of this.#expired.keys()) {
      this.#abortExpired(task);
    }
  }

  #abortExpired(task: ModelTask): void {
    const attempt = this.#takeExpired(task);
    if (attempt > 0) {
      this.#world.aborted(task, attempt);
    }
  }

  #takeExpired(task: ModelTask): number {
    const attempt = this.#expired.get(task) ?? 0;
    this.#expired.delete(task);
    return attempt;
  }

  /** A saved outcome reaches its task, unless the task was stopped meanwhile. */
  #land(task: ModelTask, attempt: number, outcome: OutcomeOnRecord): void {
    if (!isSettled(task.announced)) {
      task.deliver(messageOf(attempt, outcome, task.returnedOutput), this.#world);
    }
  }

  /** Whether a function that was called for a task has not returned. */
  isCalled(task: ModelTask): boolean {
    return task.isStray || (task.attempt > 0 && !this.#uncalled.has(task));
  }

  expire(task: ModelTask): void {
    this.#turns.defer(() => {
      const { attempt } = task;
      task.isStray = task.undo !== undefined;
      this.#expired.set(task, attempt);
      this.#finish(task, attempt, this.#timedOut(task));
    });
  }

  /**
   * Saves how an attempt ended, and notifies nobody.
   * @throws {CheckError} if no attempt is running
   */
  record(choice: AttemptChoice | TimerChoice): void {
    const task = this.#world.task(choice.task as string);
    this.#put(task, this.#running(task), choice.kind === 'attempt' ? this.#outcomeOf(choice) : this.#timedOut(task));
  }

  /** A result of an ended attempt arrives, as if nothing ahead of the store and the machine had dropped it. */
  duplicate({ task: name, isUndo, attempt, outcome: how }: DuplicateChoice): void {
    const task = this.#world.taskOrUndo(name, isUndo);
    const outcome: OutcomeOnRecord = how === 'returns' ? 'succeeded' : { reason: 'exception', policy: 'retry' };
    task.returned = 0;
    this.#put(task, attempt, outcome);
    task.deliver(messageOf(attempt, outcome), this.#world);
  }

  #running({ attempt, name }: ModelTask): number {
    if (attempt === 0) {
      throw new CheckError(`No attempt of ${quote(name)} can end: none is running`);
    }
    return attempt;
  }

  #outcomeOf({ task, outcome, output }: AttemptChoice): OutcomeOnRecord {
    if (outcome === 'returns') {
      this.#world.task(task).return(output);
      return 'succeeded';
    }
    return {
      reason: REASONS[outcome],
      policy: outcome === 'throws' ? this.#answer(this.#world.task(task), 'exception') : 'giveUp',
    };
  }

  #timedOut(task: ModelTask): OutcomeOnRecord {
    return { reason: 'timedOut', policy: this.#answer(task, 'timedOut') };
  }

  /** The end of an attempt takes effect once it is saved. */
  #finish(task: ModelTask, attempt: number, outcome: OutcomeOnRecord): void {
    const land = () => {
      this.#put(task, attempt, outcome);
      this.#abortExpired(task);
      this.#land(task, attempt, outcome);
    };
    finishAttempt(task);
    if (this.#world.isRecorded) {
      task.deliver({ type: 'attempt.ended', attempt }, this.#world);
    }
    if (this.#unsaved === undefined) {
      land();
    } else {
      this.#unsaved.push(land);
    }
  }

  #put({ record, returned }: ModelTask, attempt: number, outcome: OutcomeOnRecord): void {
    if (this.#world.isRecorded) {
      record.add(attempt, outcome, outcome === 'succeeded' ? returned : 0);
    }
  }

  #answer(task: ModelTask, reason: FailureReason): Policy {
    const [only = 'giveUp'] = policiesOf(task, reason);
    return this.#world.policy ?? only;
  }
}
