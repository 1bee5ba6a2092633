import { endsOtherwise } from '../journal/ends-otherwise.ts';
import { JobSuspendedError } from '../journal/errors/job-suspended-error.ts';
import type { Journal } from '../journal/journal.ts';
import { keepsEnding } from '../journal/keeps-ending.ts';
import type { OpenedJob, Opening } from '../journal/opening.ts';
import type { RecordedJob } from '../journal/recorded-job.ts';
import type { JobState } from '../machines/events.ts';
import type { JobMessage } from '../machines/messages.ts';
import { UNDONE_ENDS } from '../machines/undo-events.ts';
import type { JobClock } from '../time/clock.ts';
import { MAX_DELAY } from '../time/max-delay.ts';
import type { Turns } from '../time/turns.ts';
import { callSafely } from '../values/call-safely.ts';
import { InvalidArgumentError } from '../values/invalid-argument-error.ts';
import { watchAbort } from './abort-watch.ts';
import type { SharedContext } from './context/shared-context.ts';
import { isDetachment } from './errors/is-detachment.ts';
import type { JobMachines } from './machines/job-machines.ts';
import type { JobSettings } from './run-options.ts';

interface CommandedJob {
  settings: JobSettings;
  readonly state: JobState;
  readonly isSettled: boolean;
  readonly context: SharedContext;
  readonly clock: JobClock;
  readonly journal: Journal | undefined;
  readonly nodes: { readonly length: number };
}

/** Starts, cancels and suspends a job. */
export class JobCommands {
  readonly #job: CommandedJob;
  readonly #turns: Turns;
  readonly #machines: JobMachines;
  #isStarted = false;
  /** Stops watching the signal. */
  #unwatch: (() => void) | undefined;

  constructor(job: CommandedJob, turns: Turns, machines: JobMachines) {
    this.#job = job;
    this.#turns = turns;
    this.#machines = machines;
  }

  /** Starts the job once it is saved, unless it was cancelled meanwhile. Cancels it at once if its signal has aborted. */
  start(opening: Opening | undefined): void {
    const { journal, isSettled } = this.#job;
    this.#isStarted = true;
    if (isSettled) {
      return;
    }
    if (journal === undefined || opening === undefined) {
      this.#watch();
      this.#tell({ type: 'job.start' });
    } else {
      journal.open(opening, (opened) => this.#startOpened(opened));
    }
  }

  /** Cancels the job at once, or once a saved job is open. */
  cancel(reason: unknown): void {
    const { journal } = this.#job;
    const cancel = () => journal?.recorded?.isDecided || this.#tell({ type: 'job.cancel', reason });
    if (journal === undefined) {
      cancel();
    } else {
      journal.whenOpen(cancel);
    }
  }

  suspend(): void {
    const { journal, isSettled } = this.#job;
    if (journal === undefined) {
      throw new InvalidArgumentError("A job without a `store` can't be suspended, only cancelled");
    }
    if (isSettled) {
      return;
    }
    if (!this.#isStarted) {
      void Promise.resolve().then(() => this.suspend());
    } else if (journal.isBeingCreated) {
      journal.whenOpen(() => this.suspend());
    } else {
      const reason = new JobSuspendedError();
      journal.suspend(reason);
      this.detach(reason);
    }
  }

  /** Ends the job in this process only. */
  detach(error: unknown): void {
    this.#tell({ type: 'job.detach', error });
  }

  /** The job has ended. */
  end(): void {
    this.#safely(() => this.#unwatch?.());
  }

  #startOpened({ recorded, timeout, deadline, maxConcurrency, maxRetries }: OpenedJob): void {
    const job = this.#job;
    const saved = recorded?.job.retryPolicy;
    const { backoff = saved?.backoff, retryIf = saved?.retryIf } = job.settings;
    const onFailure = recorded === undefined ? job.settings.onFailure : (saved?.onFailure ?? 'stop');
    const undo = recorded === undefined ? job.settings.undo : (saved?.undo ?? UNDONE_ENDS);
    job.settings = { ...job.settings, maxRetries, backoff, retryIf, timeout, onFailure, undo };
    if (recorded !== undefined) {
      job.context.begin(recorded.context);
    }
    // A clock that was set back doesn't stretch the timeout.
    const longest = Math.min(timeout ?? MAX_DELAY, MAX_DELAY);
    const timeLeft = deadline === undefined ? null : Math.min(Math.max(deadline - job.clock.now(), 1), longest);
    if (recorded === undefined) {
      this.#watch();
    }
    const slots = Math.min(maxConcurrency, job.nodes.length);
    this.#tell({
      type: 'job.start',
      limits: {
        slots,
        timeout: timeLeft,
        onFailure: job.settings.onFailure,
        undo: job.settings.undo,
        ...(recorded?.job.ending && { ending: recorded.job.ending.state }),
      },
    });
    if (recorded !== undefined) {
      // By then the machines have received everything that was saved.
      this.#turns.take(() => {
        if (!job.isSettled) {
          recorded.isOver ? this.#endAsRecorded(recorded) : this.#goOn(recorded);
        }
      });
    }
  }

  /** A job whose end is decided has reached it by now, unless its workflow has changed. One that timed out does so again. */
  #goOn({ job: { ending } }: RecordedJob): void {
    if (this.#job.state !== 'running' || ending?.state === 'timedOut' || keepsEnding(this.#job.journal, undefined)) {
      this.#watch();
    }
  }

  #endAsRecorded({ job, cancelReason }: RecordedJob): void {
    if (job.cancelled !== undefined) {
      this.#tell({ type: 'job.cancel', reason: cancelReason });
    } else if (job.state !== 'timedOut') {
      this.detach(endsOtherwise(job));
    }
  }

  #watch(): void {
    const { journal, settings } = this.#job;
    const { signal } = settings;
    // A saved sub-job goes on when its parent does.
    const stop = () => (journal !== undefined && isDetachment(signal?.reason) ? this.suspend() : this.cancel(signal?.reason));
    this.#safely(() => {
      this.#unwatch = signal && watchAbort(signal, () => this.#safely(stop));
    });
  }

  /** Sends the job a message from outside, after it has started. */
  #tell(message: JobMessage): void {
    const unlessSettled = (step: () => void) => this.#turns.take(() => this.#job.isSettled || step());
    unlessSettled(() => this.#machines.start());
    unlessSettled(() => this.#machines.tellJob(message));
  }

  #safely(call: () => unknown): void {
    callSafely(call, this.#job.settings.onListenerError);
  }
}
