import type { TaskMessage } from '../../machines/messages.ts';
import { MAX_DELAY } from '../../workflow/max-delay.ts';
import type { RecordedOutcome } from './recorded-job.ts';

/** The message to the machine of a task about a saved attempt. */
export function messageOf(attempt: number, outcome: RecordedOutcome, now: number): TaskMessage {
  if (outcome.type === 'attempt.succeeded') {
    return { type: outcome.type, attempt, output: outcome.output };
  }
  const { type, at, reason, error, retryAt = now } = outcome;
  // The clock may have been ahead when it was saved, so the delay is at most what it was then.
  const delay = Math.min(Math.max(Math.min(retryAt - now, retryAt - at), 0), MAX_DELAY);
  return { type, attempt, reason, error, retry: outcome.retryAt !== undefined, delay };
}
