import type { FailureReason } from '../../machines/events.ts';
import { defaultRetryIf } from '../../runtime/attempts/default-retry-if.ts';
import { fixedDelay, type RetryPolicy } from '../../runtime/attempts/retry-policy.ts';
import type { FixedBackoff } from '../../workflow/options/retry-options.ts';
import type { Policy } from './choice.ts';

/** What the retry policy of a task may decide after a failed attempt. Functions may decide anything. */
export function policiesAfter({ backoff, retryIf }: RetryPolicy, attempt: number, reason: FailureReason): readonly Policy[] {
  if (typeof backoff === 'function') {
    return ['retry', 'backOff', 'giveUp'];
  }
  const delays = delaysOf(backoff, attempt);
  const isCertain = retryIf === true || (retryIf === defaultRetryIf && reason === 'timedOut');
  return isCertain ? delays : [...delays, 'giveUp'];
}

function delaysOf(backoff: FixedBackoff, attempt: number): Policy[] {
  const delayOf = (random: number) => fixedDelay(backoff, attempt, () => random);
  if (delayOf(1) === 0) {
    return ['retry'];
  }
  return delayOf(0) === 0 ? ['retry', 'backOff'] : ['backOff'];
}
