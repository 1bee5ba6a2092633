import { endsOtherwise } from './ends-otherwise.ts';
import type { Journal, SavedEnd } from './journal.ts';

/**
 * Leaves a job whose saved ending isn't the end that its tasks now lead to. Returns whether the job may go on.
 * @param end undefined if they lead to none
 */
export function keepsEnding(journal: Journal | undefined, end: SavedEnd | undefined): boolean {
  const job = journal?.recorded?.job;
  if (journal === undefined || job?.ending === undefined || job.state !== 'running' || job.ending.state === end) {
    return true;
  }
  journal.leave(endsOtherwise(job));
  return false;
}
