import { MAX_DELAY } from '../../time/max-delay.ts';
import { callSafely } from '../../values/call-safely.ts';
import { describeValue } from '../../values/describe-value.ts';
import {
  DEFAULT_BACKOFF,
  type FixedBackoff,
  type ReadBackoff,
  type RetryOptions,
} from '../../workflow/options/retry-options.ts';
import type { RetryIf } from '../../workflow/task-definition.ts';
import type { TaskSpec } from '../../workflow/task-spec.ts';
import { RetryPolicyError } from '../errors/retry-policy-error.ts';
import { defaultRetryIf } from './default-retry-if.ts';
import { type Verdict, verdictOn } from './verdict.ts';

/** The retry policy's answer to a failed attempt. */
export interface RetryDecision {
  readonly retry: boolean;
  /** How long to wait before the next attempt, in milliseconds. */
  readonly delay: number;
}

/** The options of a task, else those of its job, else the defaults. The caller's objects are the `this` of their functions. */
export interface RetryPolicy {
  readonly backoff: ReadBackoff;
  readonly retryIf: RetryIf;
}

export const policyOf = (task: Partial<RetryOptions>, job: Partial<RetryOptions>): RetryPolicy => ({
  backoff: task.backoff ?? job.backoff ?? DEFAULT_BACKOFF,
  retryIf: task.retryIf ?? job.retryIf ?? defaultRetryIf,
});

/**
 * Decides whether and when a task is retried after attempt `attempt` failed with `error`. A verdict attached to the error counts.
 * @throws {RetryPolicyError}
 */
export function decideRetry(
  task: TaskSpec,
  job: Partial<RetryOptions>,
  attempt: number,
  error: unknown,
  random = Math.random,
): RetryDecision {
  const { backoff, retryIf } = policyOf(task, job);
  const verdict = verdictOn(error);
  const ask = <T>(option: 'retryIf' | 'backoff', question: (owner: object | undefined) => T): T => {
    if (verdict.failure?.option === option) {
      throw new RetryPolicyError(task.name, option, error, verdict.failure.cause);
    }
    try {
      return question(task[option] === undefined ? undefined : task.definition);
    } catch (cause) {
      throw new RetryPolicyError(task.name, option, error, cause);
    }
  };
  const retry = verdict.retry ?? ask('retryIf', (owner) => isWanted(retryIf, owner, error));
  const delay = () => verdict.delay ?? ask('backoff', (owner) => delayAfter(backoff, owner, attempt, error, random));
  return { retry, delay: retry ? delay() : 0 };
}

/** Lets a task's own functions decide about a failure, in a process that knows only the task, not the options of its job. */
export function verdictOf({ retryIf, backoff, definition }: TaskSpec, attempt: number, error: unknown): Verdict {
  let retry: boolean | undefined;
  try {
    retry = typeof retryIf === 'function' ? isWanted(retryIf, definition, error) : undefined;
  } catch (cause) {
    return { failure: { option: 'retryIf', cause } };
  }
  try {
    const isAsked = retry !== false && typeof backoff === 'function';
    return { retry, delay: isAsked ? delayAfter(backoff, definition, attempt, error, Math.random) : undefined };
  } catch (cause) {
    return { retry, failure: { option: 'backoff', cause } };
  }
}

function isWanted(retryIf: RetryIf, owner: object | undefined, error: unknown): boolean {
  const wanted: unknown = retryIf === true || Reflect.apply(retryIf, owner, [error]);
  return typeof wanted === 'boolean' ? wanted : refuse(wanted, 'true or false');
}

function refuse(answer: unknown, allowed: string): never {
  // It may be a promise that rejects.
  callSafely(
    () => answer,
    () => {},
  );
  throw new TypeError(`it must return ${allowed}, got ${describeValue(answer)}`);
}

function delayAfter(
  backoff: ReadBackoff,
  owner: object | undefined,
  attempt: number,
  error: unknown,
  random: () => number,
): number {
  if (typeof backoff !== 'function') {
    return fixedDelay(backoff, attempt, random);
  }
  const delay: unknown = Reflect.apply(backoff, owner, [attempt, error]);
  return typeof delay === 'number' && delay >= 0 && delay <= MAX_DELAY
    ? Math.round(delay)
    : refuse(delay, `a number from 0 to ${MAX_DELAY} (milliseconds)`);
}

/** The delay after an attempt, unless a function decides. */
export function fixedDelay(backoff: FixedBackoff, attempt: number, random: () => number): number {
  if (typeof backoff === 'number') {
    return backoff;
  }
  const { initial, factor, max, jitter } = backoff;
  // The factor is kept finite, since 0 times Infinity is no number.
  const delay = Math.min(initial * Math.min(factor ** (attempt - 1), MAX_DELAY), max);
  return Math.round(jitter ? random() * delay : delay);
}
