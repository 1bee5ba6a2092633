import type { Journal } from '../../journal/journal.ts';
import type { OnFailure } from '../../machines/messages.ts';
import { FAILS, KNOWN, LATE, type Rank, UNKNOWN } from './slot-queue.ts';
import type { TaskNode } from './task-node.ts';

/** What is saved about the next attempt of a task. */
export function rankOf({ spec, record }: TaskNode, journal: Journal, onFailure: OnFailure): Rank {
  const outcome = journal.outcomeOf(spec.name, record.attempts + 1);
  if (outcome === undefined) {
    return UNKNOWN;
  }
  if (journal.recorded?.isAfterFailure(spec.name, record.attempts + 1) === true) {
    return LATE;
  }
  const isFailure = outcome.type === 'attempt.failed' && spec.continueOnFailure !== true && onFailure !== 'keepGoing';
  return isFailure && outcome.retryAt === undefined ? FAILS : KNOWN;
}
