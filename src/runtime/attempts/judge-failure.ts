import type { FailureReason } from '../../machines/events.ts';
import type { AttemptFailed } from '../../machines/messages.ts';
import { retriesAreLeft } from '../../machines/task.machine.ts';
import { isInstance } from '../../values/is-instance.ts';
import type { RetryOptions } from '../../workflow/options/retry-options.ts';
import { InvalidResultError } from '../errors/invalid-result-error.ts';
import { contextOf, type TaskNode } from '../machines/task-node.ts';
import { decideRetry, type RetryDecision } from './retry-policy.ts';

const NO_RETRY: RetryDecision = { retry: false, delay: 0 };

/** Asks the retry policy about a failed attempt, unless there is nothing to decide. An error of the policy takes the place of the attempt's. */
export function judgeFailure(
  node: TaskNode,
  job: Partial<RetryOptions>,
  attempt: number,
  reason: FailureReason,
  error: unknown,
): Omit<AttemptFailed, 'type' | 'attempt'> {
  if (reason === 'invalidResult' || !retriesAreLeft(contextOf(node))) {
    return { reason, error, ...NO_RETRY };
  }
  try {
    return { reason, error, ...decideRetry(node.spec, job, attempt, error) };
  } catch (policyError) {
    return { reason: 'exception', error: policyError, ...NO_RETRY };
  }
}

export const reasonOf = (error: unknown): FailureReason =>
  isInstance(error, InvalidResultError) ? 'invalidResult' : 'exception';
