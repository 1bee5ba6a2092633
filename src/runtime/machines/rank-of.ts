import type { Journal } from '../../journal/journal.ts';
import type { OnFailure } from '../../machines/messages.ts';
import { FAILS, KNOWN, LATE, type Rank, UNKNOWN } from './slot-queue.ts';
import { savedNumber, type TaskNode } from './task-node.ts';

/** What is saved about the next attempt of a task. */
export function rankOf(node: TaskNode, journal: Journal, onFailure: OnFailure): Rank {
  const { spec, record, isUndo } = node;
  const outcome = journal.outcomeOf(spec.name, savedNumber(node, record.attempts + 1));
  if (outcome === undefined) {
    return UNKNOWN;
  }
  if (journal.recorded?.isAfterFailure(spec.name, savedNumber(node, record.attempts + 1)) === true) {
    return LATE;
  }
  const endsJob = spec.continueOnFailure !== true && onFailure !== 'keepGoing' && !isUndo && spec.finally !== true;
  const isFailure = outcome.type === 'attempt.failed' && endsJob;
  return isFailure && outcome.retryAt === undefined ? FAILS : KNOWN;
}
