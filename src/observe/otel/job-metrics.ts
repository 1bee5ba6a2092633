import type { Attributes } from '@opentelemetry/api';
import type { JobEvent } from '../../machines/events.ts';
import * as names from './attribute-names.ts';
import {
  endingOfAttempt,
  endingOfCondition,
  endingOfJob,
  endsAttempt,
  endsJob,
  isDecidedSkip,
  isFailedCondition,
} from './ending.ts';
import type { Instruments } from './instruments.ts';

/** Measures one job by its events and the job's clock. It doesn't measure again what an earlier process measured. */
export class JobMetrics {
  readonly #instruments: Instruments;
  readonly #timeout: number | undefined;
  readonly #common: Attributes;
  #startedAt: number | undefined;
  /** When each task entered its state. */
  readonly #since = new Map<string, number>();

  constructor(instruments: Instruments, workflow: string | undefined, timeout: number | undefined) {
    this.#instruments = instruments;
    this.#timeout = timeout;
    this.#common = workflow === undefined ? {} : { [names.WORKFLOW_NAME]: workflow };
  }

  note(event: JobEvent): void {
    if ('task' in event) {
      const since = this.#since.get(event.task);
      this.#since.set(event.task, event.at);
      if (event.restored === undefined) {
        this.#measureTask(event, secondsFrom(since, event.at));
      }
    } else if (!endsJob(event)) {
      this.#startedAt = event.at;
    } else if (event.restored === undefined) {
      const attributes = { ...this.#common, ...endingOfJob(event, this.#timeout).attributes };
      this.#instruments.jobs.add(1, attributes);
      this.#instruments.jobDuration.record(secondsFrom(this.#startedAt, event.at), attributes);
    }
  }

  #measureTask(event: JobEvent & { readonly task: string }, seconds: number): void {
    const { attempts, attemptDuration, retries, timeouts, skips, conditionFailures, queueDuration } = this.#instruments;
    const attributes = { ...this.#common, [names.TASK_NAME]: event.task };
    if (event.type === 'task.running') {
      queueDuration.record(seconds, attributes);
      if (event.attempt > 1) {
        retries.add(1, attributes);
      }
    } else if (isDecidedSkip(event)) {
      skips.add(1, { ...attributes, [names.REASON]: event.reason });
    } else if (isFailedCondition(event)) {
      conditionFailures.add(1, { ...attributes, ...endingOfCondition(event).attributes });
    } else if (endsAttempt(event)) {
      const ended = { ...attributes, ...endingOfAttempt(event).attributes };
      attempts.add(1, ended);
      attemptDuration.record(seconds, ended);
      if ('reason' in event && event.reason === 'timedOut') {
        timeouts.add(1, attributes);
      }
    }
  }
}

/** A clock can be set back, and a job cancelled before its start takes no time. */
const secondsFrom = (start: number | undefined, end: number): number => Math.max(end - (start ?? end), 0) / 1000;
