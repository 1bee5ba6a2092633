import type { EndState } from '../machines/messages.ts';
import { endsOtherwise } from './ends-otherwise.ts';
import type { Journal } from './journal.ts';

/**
 * Leaves a job whose saved ending isn't the end that its tasks now lead to, since its workflow has changed. Returns whether the job may go on.
 * @param end undefined if they lead to none
 */
export function keepsEnding(journal: Journal | undefined, end: EndState | undefined): boolean {
  const job = journal?.recorded?.job;
  const isOpen = job?.ending === undefined || job.state !== 'running';
  if (journal === undefined || isOpen || end === 'detached' || job.ending.state === end) {
    return true;
  }
  journal.leave(endsOtherwise(job));
  return false;
}
