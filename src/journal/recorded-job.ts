import type { JobEmitted, TaskEmitted, UndoEmitted } from '../machines/events.ts';
import { isLastPhase } from '../machines/last-phases.ts';
import type { ConditionDecided, ConditionFailed } from '../machines/messages.ts';
import { failedInEffect } from '../machines/undo-events.ts';
import type { JobClock } from '../time/clock.ts';
import { isPauseDue } from '../time/event-loop.ts';
import { pause } from '../time/pause.ts';
import { deepFreeze } from '../values/deep-freeze.ts';
import { describeValue } from '../values/describe-value.ts';
import { JobStoreError } from './errors/job-store-error.ts';
import type { Codec, RecordedAttempt, StoredJob } from './job-store.ts';
import { savedAfterFailure, savedTooLate } from './late-outcomes.ts';
import {
  type AttemptOutcome,
  type ConditionOutcome,
  isRetried,
  plain,
  type RecordedOutcome,
  readOutcome,
} from './recorded-outcome.ts';

interface ReadAttempt {
  readonly recorded: RecordedAttempt;
  readonly outcome: RecordedOutcome | undefined;
}

/** A saved job that is being resumed, with its values decoded. */
export class RecordedJob {
  readonly job: StoredJob;
  readonly context: object;
  readonly cancelReason: unknown;
  readonly #attempts = new Map<string, Map<number, ReadAttempt>>();
  readonly #isLate: boolean;
  readonly #tooLate: ReadonlySet<RecordedAttempt>;
  readonly #afterFailure: ReadonlySet<RecordedAttempt>;
  /** The tasks that are undone although they did not complete, once that is saved. */
  readonly #acted: ReadonlySet<string>;
  /** The tasks of which an attempt was interrupted by the death of an earlier process. */
  readonly #interrupted: ReadonlySet<string>;

  private constructor(job: StoredJob, codec: Codec, now: number) {
    this.job = job;
    this.#isLate = job.deadline !== undefined && job.deadline <= now;
    this.context = decode(job, 'its context', () => deepFreeze(plain(codec.decode(job.context))));
    this.cancelReason =
      job.cancelled && decode(job, 'its cancellation reason', () => codec.decode(job.cancelled?.reason ?? ''));
    this.#tooLate = new Set(savedTooLate(job));
    this.#afterFailure = new Set(savedAfterFailure(job));
    this.#acted = new Set(job.acted);
    this.#interrupted = new Set(job.interrupted);
  }

  /**
   * Decodes a saved job, with pauses.
   * @throws {JobStoreError} `STORE_UNREADABLE`, as a rejection
   */
  static async read(job: StoredJob, codec: Codec, clock?: JobClock): Promise<RecordedJob> {
    const read = new RecordedJob(job, codec, clock?.now() ?? 0);
    for (const recorded of job.attempts) {
      const ofTask = read.#attempts.get(recorded.task) ?? new Map<number, ReadAttempt>();
      const what = `${recorded.attempt === 0 ? 'the condition' : `attempt ${recorded.attempt}`} of task ${describeValue(recorded.task)}`;
      ofTask.set(recorded.attempt, { recorded, outcome: decode(job, what, () => readOutcome(recorded, codec)) });
      read.#attempts.set(recorded.task, ofTask);
      if (isPauseDue()) {
        await pause(clock);
      }
    }
    return read;
  }

  /** Whether the job has ended. */
  get hasEnded(): boolean {
    return this.job.state !== 'running';
  }

  /** Whether the job has ended or was cancelled. */
  get isOver(): boolean {
    return this.hasEnded || this.job.cancelled !== undefined;
  }

  /** Whether it is saved how the job ends, so that a cancel changes nothing. */
  get isDecided(): boolean {
    return this.isOver || this.job.ending !== undefined;
  }

  /** Whether no more attempts start, for example because its time is up. */
  get beginsNothing(): boolean {
    return this.isDecided || this.#isLate;
  }

  /** Whether an attempt that didn't complete its task may have had an effect. */
  mayHaveActed(task: string): boolean {
    if (this.hasEnded || this.job.ending !== undefined) {
      return this.#acted.has(task);
    }
    const isUncertain = ([attempt, { outcome }]: [number, ReadAttempt]) =>
      attempt > 0 &&
      (outcome === undefined || (outcome.type === 'attempt.failed' && failedInEffect(outcome.reason, outcome.error)));
    return this.#interrupted.has(task) || [...(this.#attempts.get(task) ?? [])].some(isUncertain);
  }

  outcomeOf(task: string, attempt: number): RecordedOutcome | undefined {
    return this.#attempts.get(task)?.get(attempt)?.outcome;
  }

  /** The decision about the condition of a task, for its machine. A task that has started needs none. */
  decisionOf(task: string): ConditionDecided | ConditionFailed | undefined {
    const attempts = this.#attempts.get(task);
    const read = attempts?.get(0);
    if (read === undefined || this.#isLost(read)) {
      return attempts?.has(1) === true ? { type: 'condition.decided', holds: true } : undefined;
    }
    const { type, ...decision } = read.outcome as ConditionOutcome;
    return { type, ...decision } as ConditionDecided | ConditionFailed;
  }

  /**
   * The outcome of an attempt for the machines; undefined if it didn't reach them. A retry that has begun is due at once, even if the
   * clock was set back.
   */
  replayOf(task: string, attempt: number): AttemptOutcome | undefined {
    const read = this.#attempts.get(task)?.get(attempt);
    const outcome = read?.outcome as AttemptOutcome | undefined;
    if (read === undefined || this.#isLost(read)) {
      return undefined;
    }
    const hasBegun = this.#attempts.get(task)?.has(attempt + Math.sign(attempt)) === true;
    return isRetried(outcome) && hasBegun ? { ...outcome, retryAt: outcome.at } : outcome;
  }

  /** Whether an outcome can't have reached the machines. Once it is saved how the job will end, all have. */
  #isLost({ recorded }: ReadAttempt): boolean {
    return this.job.ending === undefined && this.#tooLate.has(recorded);
  }

  /** Whether an outcome came after a failure, when the job only let running attempts end. */
  isAfterFailure(task: string, attempt: number): boolean {
    const read = this.#attempts.get(task)?.get(attempt);
    return read !== undefined && this.#afterFailure.has(read.recorded);
  }

  /** How many retries of a task, or of its undo, are saved as decided. */
  retriesOf(task: string, isUndo: boolean): number {
    const attempts = [...(this.#attempts.get(task) ?? [])];
    return attempts.filter(([attempt, { outcome }]) => attempt < 0 === isUndo && isRetried(outcome)).length;
  }

  /** Whether an attempt started and its outcome is unknown. */
  wasInterrupted(task: string, attempt: number): boolean {
    const recorded = this.#attempts.get(task)?.get(attempt);
    return recorded !== undefined && recorded.outcome === undefined;
  }

  /** Whether an attempt is over, but may still run elsewhere, since its process died before it could stop it. */
  mayRunElsewhere(task: string, attempt: number): boolean {
    const outcome = this.outcomeOf(task, attempt);
    if (outcome === undefined) {
      return this.beginsNothing && this.wasInterrupted(task, attempt);
    }
    return outcome.type === 'attempt.failed' && outcome.reason === 'timedOut';
  }

  /** The backoff after a saved failure, in milliseconds; undefined if there was none. */
  backoffAfter(task: string, attempt: number): number | undefined {
    const outcome = this.#attempts.get(task)?.get(attempt)?.outcome;
    return isRetried(outcome) ? outcome.retryAt - outcome.at : undefined;
  }

  /** When an event that is emitted again first happened; undefined for a new event. */
  timeOf(event: TaskEmitted | UndoEmitted | JobEmitted): number | undefined {
    if (!('task' in event)) {
      return this.#timeOfJob(event);
    }
    if ('step' in event || event.to === 'undone' || event.to === 'undoFailed') {
      return this.#timeOfUndo(event);
    }
    const { task, from, to, attempt } = event;
    if (to === 'skipped' && event.reason === 'condition') {
      return this.outcomeOf(task, 0)?.at;
    }
    if (to === 'cancelled' || to === 'skipped') {
      return this.job.endedAt;
    }
    const isBefore = to === 'ready' && from !== 'running';
    const recorded = this.#attempts.get(task)?.get(isBefore ? attempt + 1 : attempt);
    return to === 'running' || isBefore ? recorded?.outcome && recorded.recorded.startedAt : recorded?.outcome?.at;
  }

  #timeOfJob({ to }: JobEmitted): number | undefined {
    const { createdAt, endedAt, ending } = this.job;
    switch (to) {
      case 'running':
        return createdAt;
      default:
        // Of several phases, the time of the last is saved.
        return isLastPhase(to) ? ending?.at : endedAt;
    }
  }

  #timeOfUndo(event: UndoEmitted): number | undefined {
    const attempts = this.#attempts.get(event.task);
    const [last, next] = [attempts?.get(-event.attempt), attempts?.get(-event.attempt - 1)];
    if ('step' in event && (event.step === 'running' || event.attempt === 0)) {
      const started = event.step === 'running' ? last : next;
      return started?.outcome && started.recorded.startedAt;
    }
    return last?.outcome?.at;
  }
}

function decode<T>({ id }: StoredJob, what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new JobStoreError('STORE_UNREADABLE', `Job \`${id}\` can't be read: ${what} is damaged`, { cause });
  }
}
