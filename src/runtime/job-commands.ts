import type { JobLimits, JobMessage } from '../machines/messages.ts';
import { MAX_DELAY } from '../workflow/max-delay.ts';
import { watchAbort } from './abort-watch.ts';
import { callSafely } from './call-safely.ts';
import type { JobClock } from './clock.ts';
import { InvalidArgumentError } from './errors/invalid-argument-error.ts';
import { JobSuspendedError } from './errors/job-suspended-error.ts';
import type { JobActor } from './job-actor.ts';
import type { Journal, OpenedJob, Opening } from './journal/journal.ts';
import { endsOtherwise } from './journal/openings.ts';
import type { RecordedJob } from './journal/recorded-job.ts';
import type { JobSettings } from './run-options.ts';
import type { SharedContext } from './shared-context.ts';
import type { Turns } from './turns.ts';

interface CommandedJob {
  settings: JobSettings;
  readonly isSettled: boolean;
  readonly actor: JobActor;
  readonly context: SharedContext;
  readonly clock: JobClock;
  readonly journal: Journal | undefined;
  readonly nodes: { readonly size: number };
}

/** What the world wants of a job: that it starts, is cancelled or suspended. */
export class JobCommands {
  readonly #job: CommandedJob;
  readonly #turns: Turns;
  readonly #send: (message: JobMessage) => void;
  /** Stops watching the signal. */
  #unwatch: (() => void) | undefined;

  constructor(job: CommandedJob, turns: Turns, send: (message: JobMessage) => void) {
    this.#job = job;
    this.#turns = turns;
    this.#send = send;
  }

  /** Starts the job, when it is on record, unless it was cancelled meanwhile; it is cancelled at once if its signal has aborted. */
  start(opening: Opening | undefined): void {
    const { journal, isSettled } = this.#job;
    if (isSettled) {
      return;
    }
    if (journal === undefined || opening === undefined) {
      this.#start();
    } else {
      journal.open(opening, (opened) => this.#startOpened(opened));
    }
  }

  /** A cancel is on record before anything follows from it, so that it holds after a crash too. */
  cancel(reason: unknown): void {
    const { journal } = this.#job;
    if (journal === undefined) {
      this.cancelHere(reason);
    } else {
      journal.cancel(reason, () => this.cancelHere(reason));
    }
  }

  suspend(): void {
    const { journal, isSettled } = this.#job;
    if (journal === undefined) {
      throw new InvalidArgumentError('The job has no `store`, so it can be cancelled, but not suspended');
    }
    if (!isSettled) {
      const reason = new JobSuspendedError();
      journal.abandon(reason);
      this.cancelHere(reason);
    }
  }

  /** Cancels the job without a record of it. */
  cancelHere(reason: unknown): void {
    this.#tell({ type: 'job.cancel', reason });
  }

  /** The job has ended. */
  end(): void {
    this.#safely(() => this.#unwatch?.());
  }

  #startOpened({ recorded, timeout, deadline, maxConcurrency, maxRetries }: OpenedJob): void {
    const job = this.#job;
    job.settings = { ...job.settings, maxRetries, timeout };
    if (recorded !== undefined) {
      job.context.merge(recorded.context);
    }
    const timeLeft = deadline === undefined ? null : Math.min(Math.max(deadline - job.clock.now(), 1), MAX_DELAY);
    this.#start({ slots: Math.min(maxConcurrency, job.nodes.size), timeout: timeLeft });
    // The machines have been told all that is on record.
    if (recorded?.isOver && !job.isSettled) {
      this.#endAsRecorded(recorded);
    }
  }

  #endAsRecorded({ job, cancelReason }: RecordedJob): void {
    if (job.cancelled !== undefined) {
      this.cancelHere(cancelReason);
    } else if (job.state !== 'timedOut') {
      this.cancelHere(endsOtherwise(job));
    }
  }

  #start(limits?: JobLimits): void {
    const { signal } = this.#job.settings;
    const cancel = () => this.#safely(() => this.cancel(signal?.reason));
    this.#safely(() => {
      this.#unwatch = signal && watchAbort(signal, cancel);
    });
    this.#tell(limits === undefined ? { type: 'job.start' } : { type: 'job.start', limits });
  }

  /** Tells the job something from outside, after it has made its tasks. */
  #tell(message: JobMessage): void {
    const unlessSettled = (step: () => void) => this.#turns.take(() => this.#job.isSettled || step());
    unlessSettled(() => this.#job.actor.start());
    unlessSettled(() => this.#send(message));
  }

  #safely(call: () => unknown): void {
    callSafely(call, this.#job.settings.onListenerError);
  }
}
