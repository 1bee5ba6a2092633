import type { Journal } from './journal/journal.ts';
import { FAILS, KNOWN, type Rank, UNKNOWN } from './slot-queue.ts';
import type { TaskNode } from './task-node.ts';

/** What is saved about the next attempt of a task. */
export function rankOf({ spec, record }: TaskNode, journal: Journal, maxRetries: number): Rank {
  const attempt = record.attempts + 1;
  const outcome = journal.outcomeOf(spec.name, attempt);
  if (outcome === undefined) {
    return UNKNOWN;
  }
  const isFailure = outcome.type === 'attempt.failed' && spec.continueOnFailure !== true;
  const isLast = attempt > (spec.maxRetries ?? maxRetries);
  return isFailure && (isLast || outcome.retryAt === undefined) ? FAILS : KNOWN;
}
