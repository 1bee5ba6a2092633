import type { TaskMessage } from '../machines/messages.ts';
import { MAX_DELAY } from '../time/max-delay.ts';
import type { AttemptOutcome } from './recorded-outcome.ts';

/** The message to the machine of a task about a saved attempt. */
export function messageOf(attempt: number, outcome: AttemptOutcome, now: number): TaskMessage {
  if (outcome.type === 'attempt.succeeded') {
    return { type: outcome.type, attempt, output: outcome.output };
  }
  const { type, reason, error, at, retryAt = at } = outcome;
  // A clock that was set back doesn't stretch the backoff.
  const delay = Math.min(Math.max(retryAt - now, 0), retryAt - at, MAX_DELAY);
  return { type, attempt, reason, error, retry: outcome.retryAt !== undefined, delay };
}
