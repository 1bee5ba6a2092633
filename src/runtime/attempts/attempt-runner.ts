import type { Journal } from '../../journal/journal.ts';
import type { RecordedJob } from '../../journal/recorded-job.ts';
import { messageOf } from '../../journal/recorded-message.ts';
import type { TaskMessage } from '../../machines/messages.ts';
import { during, type JobClock } from '../../time/clock.ts';
import type { Turns } from '../../time/turns.ts';
import { quote } from '../../values/describe-value.ts';
import { InvalidArgumentError } from '../../values/invalid-argument-error.ts';
import { outcomeOf } from '../../values/outcome-of.ts';
import type { SharedContext } from '../context/shared-context.ts';
import { AttemptInterruptedError } from '../errors/attempt-interrupted-error.ts';
import { JobCancelledError } from '../errors/job-cancelled-error.ts';
import { TaskTimedOutError } from '../errors/task-timed-out-error.ts';
import type { JobWorkflow } from '../executor.ts';
import { finishAttempt, savedNumber, type TaskNode } from '../machines/task-node.ts';
import type { JobSettings } from '../run-options.ts';
import { Attempt } from './attempt.ts';
import { AttemptOutcomes } from './attempt-outcomes.ts';
import { AttemptTimeout } from './attempt-timeout.ts';
import { attemptDetails, type ExecutionDetails } from './execution-details.ts';
import { reasonOf } from './judge-failure.ts';

interface RunnableJob {
  readonly id: string;
  readonly workflow: JobWorkflow;
  readonly settings: JobSettings;
  readonly context: SharedContext;
  readonly journal: Journal | undefined;
  readonly clock: JobClock;
  detailsFor(node: TaskNode, attempt: number): ExecutionDetails | undefined;
  /** A function that was called for a task has returned. */
  returned(node: TaskNode): void;
  tell(node: TaskNode, message: TaskMessage): void;
}

/** Undo and finally attempts start even in a job that is ending. */
const isLast = ({ isUndo, spec }: TaskNode): boolean => isUndo || spec.finally === true;

/** Whether a task that didn't complete has something to undo, and it isn't saved that this has begun. */
const mayYetBeUndone = (saved: RecordedJob, task: string): boolean =>
  saved.mayHaveActed(task) && !saved.hasEnded && saved.outcomeOf(task, -1) === undefined && !saved.wasInterrupted(task, -1);

function countCall({ effects }: TaskNode, change: 1 | -1): void {
  if (effects !== undefined) {
    effects.calls += change;
  }
}

/** Calls task functions, and sends the outcomes to the machines of the tasks. */
export class AttemptRunner {
  readonly #job: RunnableJob;
  readonly #turns: Turns;
  readonly #outcomes: AttemptOutcomes;
  readonly #onIdle: () => void;
  /** Attempts that an executor asked to run after they had ended. */
  readonly #refused = new WeakSet<Attempt>();
  #calls = 0;

  constructor(job: RunnableJob, turns: Turns, onIdle: () => void) {
    this.#job = job;
    this.#turns = turns;
    this.#outcomes = new AttemptOutcomes(job, turns);
    this.#onIdle = onIdle;
  }

  /** Whether every function that was called has returned. */
  get isIdle(): boolean {
    return this.#calls === 0;
  }

  start(node: TaskNode, number: number): void {
    const { journal } = this.#job;
    const { name, timeout } = node.spec;
    const attempt = new Attempt(this.#job.id, name, number);
    if (timeout !== undefined) {
      attempt.timeout = new AttemptTimeout(this.#job.clock, timeout, node.grantedAt, () => this.#timeOut(node, attempt));
    }
    node.attempt = attempt;
    if (journal === undefined) {
      this.#perform(node, attempt);
    } else {
      this.#startRecorded(node, attempt, journal);
    }
  }

  /** Calls the function once the start of the attempt is saved, unless its outcome is saved already. */
  #startRecorded(node: TaskNode, attempt: Attempt, journal: Journal): void {
    const { task, number } = attempt;
    const saved = savedNumber(node, number);
    const outcome = journal.outcomeOf(task, saved);
    if (outcome !== undefined) {
      finishAttempt(node);
      this.#job.tell(node, { type: 'attempt.ended', attempt: number });
      const land = () => this.#job.tell(node, messageOf(number, outcome, this.#job.clock.now()));
      journal.recorded?.isAfterFailure(task, saved) === true
        ? this.#turns.afterReplays(() => this.#turns.afterReplays(land))
        : this.#turns.replay(land);
    } else if (journal.recorded?.beginsNothing !== true || isLast(node)) {
      if (node.effects !== undefined && journal.recorded?.wasInterrupted(task, number) === true) {
        journal.write({ type: 'attempt.interrupted', task, at: this.#job.clock.now() });
      }
      if (journal.isLost(task, saved)) {
        this.#turns.replay(
          () => attempt.isActive && this.#outcomes.fail(node, attempt, 'exception', new AttemptInterruptedError(task, number)),
        );
      } else {
        const entry = { type: 'attempt.started', task, attempt: saved, at: this.#job.clock.now() } as const;
        journal.write(entry, () => this.#perform(node, attempt));
      }
    }
    const isOver = outcome !== undefined || !isLast(node);
    if (journal.isLost(task, saved) || (isOver && journal.recorded?.mayRunElsewhere(task, saved) === true)) {
      this.#callOff(node, new Attempt(this.#job.id, task, number));
    }
  }

  /** Lets the executor stop an attempt that is over. If its task is to be undone, the undo waits for that. */
  #callOff(node: TaskNode, attempt: Attempt): void {
    const { settings, journal } = this.#job;
    if (settings.executor === undefined) {
      return;
    }
    attempt.abort(new JobCancelledError(undefined));
    const stopping = outcomeOf(() => this.#call(node, attempt));
    // An executor that calls functions in this process has none that still runs elsewhere.
    const isElsewhere = !this.#refused.has(attempt);
    const isAwaited = isElsewhere && journal?.recorded !== undefined && mayYetBeUndone(journal.recorded, attempt.task);
    if (isAwaited) {
      countCall(node, 1);
    }
    const stopped = () => isAwaited && this.#turns.takeOutcome(() => this.#returned(node));
    stopping.then(stopped, stopped);
  }

  /** Calls the function when its turn comes, unless the attempt is stopped first. */
  #perform(node: TaskNode, attempt: Attempt): void {
    const keeper = this.#job.journal?.keeper;
    this.#turns.call(() => {
      if (keeper?.isSurelyHeld === false) {
        keeper.confirm(() => this.#perform(node, attempt));
      } else if (attempt.isActive) {
        attempt.timeout?.begin();
        this.#beginCall(node);
        outcomeOf(() => during(this.#job.settings.clock, () => this.#call(node, attempt), attempt)).then(
          (value) => this.#turns.takeOutcome(() => this.#return(node, attempt, value)),
          (error) => this.#turns.takeOutcome(() => this.#throw(node, attempt, error)),
        );
      }
    });
  }

  /** The function of an attempt has returned. */
  #return(node: TaskNode, attempt: Attempt, value: unknown): void {
    if (attempt.isActive) {
      this.#outcomes.succeed(node, attempt, value);
    }
    this.#endCall(node);
  }

  /** The function of an attempt has thrown. */
  #throw(node: TaskNode, attempt: Attempt, error: unknown): void {
    if (attempt.isActive) {
      this.#outcomes.fail(node, attempt, reasonOf(error), error);
    }
    this.#endCall(node);
  }

  /** The running attempt has exceeded its timeout, counted from when it got its slot. */
  expire({ attempt }: TaskNode): void {
    attempt?.timeout?.expire();
  }

  #timeOut(node: TaskNode, attempt: Attempt): void {
    const error = new TaskTimedOutError(attempt.task, attempt.number, node.spec.timeout as number);
    if (this.#job.journal === undefined) {
      attempt.abort(error);
    } else {
      attempt.finish();
    }
    // If this can't be saved, the attempt isn't stopped here: it belongs to the next process. If the job ends first, it aborts.
    const abort = (left?: Error) => this.#turns.takeOutcome(() => attempt.abort(left ?? error));
    this.#outcomes.fail(node, attempt, 'timedOut', error, abort);
    node.attempt = this.#job.journal && attempt;
  }

  #call(node: TaskNode, attempt: Attempt): unknown {
    const { spec, index } = node;
    const { id: job, workflow, settings, context } = this.#job;
    const { executor } = settings;
    const view = context.viewOf(index);
    const details = this.#job.detailsFor(node, attempt.number);
    if (executor === undefined) {
      return attempt.call(spec, view, details);
    }
    // Called as a plain function, so its `this` isn't the settings.
    const run = () => this.#track(node, attempt, () => attempt.call(spec, view, details));
    const confirm = async () => this.#job.journal?.keeper.confirmed(attempt.signal);
    return executor({
      job,
      workflow,
      task: spec.name,
      attempt: attempt.number,
      run,
      confirm,
      context: view,
      ...attemptDetails(details),
      get signal() {
        return attempt.signal;
      },
    });
  }

  /** Calls a function for an executor, which might not await it. */
  #track(node: TaskNode, attempt: Attempt, call: () => unknown): unknown {
    if (!attempt.isActive) {
      this.#refused.add(attempt);
      throw new InvalidArgumentError(`Attempt ${attempt.number} of task ${quote(attempt.task)} has ended and can't run again`);
    }
    const result = outcomeOf(call);
    const returned = () => this.#turns.takeOutcome(() => this.#endCall(node));
    this.#beginCall(node);
    result.then(returned, returned);
    return result;
  }

  #beginCall(node: TaskNode): void {
    this.#calls += 1;
    countCall(node, 1);
  }

  #endCall(node: TaskNode): void {
    this.#calls -= 1;
    this.#returned(node);
    if (this.isIdle) {
      this.#onIdle();
    }
  }

  #returned(node: TaskNode): void {
    countCall(node, -1);
    if (node.effects !== undefined) {
      this.#job.returned(node);
    }
  }
}
