import type { Attributes } from '@opentelemetry/api';
import type { JobEvent } from '../../machines/events.ts';
import { endsJob } from '../ends-job.ts';
import * as names from './attribute-names.ts';
import {
  endingOfAttempt,
  endingOfCondition,
  endingOfJob,
  endsAttempt,
  endsUndoAttempt,
  isDecidedSkip,
  isFailedCondition,
  type UndoAttemptEnd,
} from './ending.ts';
import type { Instruments } from './instruments.ts';
import { JobUndo } from './job-undo.ts';

/** Measures one job by its events and the job's clock. It doesn't measure again what an earlier process measured. */
export class JobMetrics {
  readonly #instruments: Instruments;
  readonly #timeout: number | undefined;
  readonly #common: Attributes;
  readonly #finals: ReadonlySet<string>;
  readonly #undo = new JobUndo();
  #startedAt: number | undefined;
  /** When each task entered its state. */
  readonly #since = new Map<string, number>();

  /** @param finals the names of the finally tasks */
  constructor(
    instruments: Instruments,
    workflow: string | undefined,
    timeout: number | undefined,
    finals: ReadonlySet<string>,
  ) {
    this.#instruments = instruments;
    this.#timeout = timeout;
    this.#finals = finals;
    this.#common = workflow === undefined ? {} : { [names.WORKFLOW_NAME]: workflow };
  }

  note(event: JobEvent): void {
    this.#undo.note(event);
    if ('task' in event) {
      const since = this.#since.get(event.task);
      this.#since.set(event.task, event.at);
      if (event.restored === undefined) {
        this.#measureTask(event, secondsFrom(since, event.at));
      }
    } else if (!endsJob(event)) {
      this.#startedAt ??= event.at;
    } else if (event.restored === undefined) {
      const attributes = { ...this.#common, ...endingOfJob(event, this.#timeout, this.#undo.attributes).attributes };
      this.#instruments.jobs.add(1, attributes);
      this.#instruments.jobDuration.record(secondsFrom(this.#startedAt, event.at), attributes);
    }
  }

  #measureTask(event: JobEvent & { readonly task: string }, seconds: number): void {
    const { attempts, attemptDuration, retries, timeouts, skips, conditionFailures, queueDuration } = this.#instruments;
    const named = { ...this.#common, [names.TASK_NAME]: event.task };
    const attributes = { ...named, ...(this.#finals.has(event.task) && { [names.ATTEMPT_KIND]: 'finally' }) };
    if (event.type === 'task.running') {
      queueDuration.record(seconds, attributes);
      if (event.attempt > 1) {
        retries.add(1, attributes);
      }
    } else if (isDecidedSkip(event)) {
      skips.add(1, { ...named, [names.REASON]: event.reason });
    } else if (isFailedCondition(event)) {
      conditionFailures.add(1, { ...named, ...endingOfCondition(event).attributes });
    } else if (endsAttempt(event)) {
      const ended = { ...attributes, ...endingOfAttempt(event).attributes };
      attempts.add(1, ended);
      attemptDuration.record(seconds, ended);
      if ('reason' in event && event.reason === 'timedOut') {
        timeouts.add(1, attributes);
      }
    } else if (endsUndoAttempt(event)) {
      this.#measureUndo(event, seconds, named);
    }
  }

  /** Apart from ordinary attempts: an undo has the name of its task. */
  #measureUndo(event: JobEvent & UndoAttemptEnd, seconds: number, named: Attributes): void {
    const { undos, undoAttempts, undoAttemptDuration } = this.#instruments;
    const ended = { ...named, ...endingOfAttempt(event).attributes };
    undoAttempts.add(1, ended);
    undoAttemptDuration.record(seconds, ended);
    if (event.to !== 'undoing') {
      undos.add(1, { ...named, [names.TASK_STATE]: event.to });
    }
  }
}

/** A clock can be set back, and a job cancelled before its start takes no time. */
const secondsFrom = (start: number | undefined, end: number): number => Math.max(end - (start ?? end), 0) / 1000;
