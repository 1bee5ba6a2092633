import { describeValue } from '../workflow/describe-value.ts';
import { MAX_DELAY } from '../workflow/max-delay.ts';
import type { TaskSpec } from '../workflow/task-spec.ts';
import { callSafely } from './call-safely.ts';
import { RetryPolicyError } from './errors/retry-policy-error.ts';

/** What the retry policy of a task says to a failed attempt. */
export interface RetryDecision {
  readonly retry: boolean;
  /** How long to wait before the next attempt, in milliseconds. */
  readonly delay: number;
}

/**
 * Asks the `retryIf` and the `backoff` of a task whether and when it is repeated after attempt `attempt` failed with `error`.
 * @throws {RetryPolicyError}
 */
export function decideRetry(task: TaskSpec, attempt: number, error: unknown, random = Math.random): RetryDecision {
  const ask = <T>(option: 'retryIf' | 'backoff', question: () => T): T => {
    try {
      return question();
    } catch (cause) {
      throw new RetryPolicyError(task.name, option, error, cause);
    }
  };
  const retry = ask('retryIf', () => isWanted(task, error));
  return { retry, delay: retry ? ask('backoff', () => delayAfter(task, attempt, error, random)) : 0 };
}

function isWanted({ retryIf, definition }: TaskSpec, error: unknown): boolean {
  const wanted: unknown = retryIf === undefined ? true : Reflect.apply(retryIf, definition, [error]);
  return typeof wanted === 'boolean' ? wanted : refuse(wanted, 'true or false');
}

function refuse(answer: unknown, allowed: string): never {
  // It may be a promise that rejects.
  callSafely(
    () => answer,
    () => {},
  );
  throw new TypeError(`it returned ${describeValue(answer)}, it must return ${allowed}`);
}

function delayAfter(task: TaskSpec, attempt: number, error: unknown, random: () => number): number {
  const { backoff } = task;
  if (typeof backoff === 'number') {
    return backoff;
  }
  if (typeof backoff === 'function') {
    const delay: unknown = Reflect.apply(backoff, task.definition, [attempt, error]);
    return typeof delay === 'number' && delay >= 0 && delay <= MAX_DELAY
      ? Math.round(delay)
      : refuse(delay, `a number from 0 to ${MAX_DELAY} (milliseconds)`);
  }
  const { initial, factor, max, jitter } = backoff;
  // The factor is kept finite, since 0 times Infinity is no number.
  const delay = Math.min(initial * Math.min(factor ** (attempt - 1), MAX_DELAY), max);
  return Math.round(jitter ? random() * delay : delay);
}
