import { quote } from '../values/describe-value.ts';
import { WorkflowChangedError } from './errors/workflow-changed-error.ts';
import type { StoredJob } from './job-store.ts';
import type { Journal, SavedEnd } from './journal.ts';

/** A job doesn't reach its saved end, or the end that is decided, with the workflow it is resumed with. */
export const endsOtherwise = ({ id, state, ending }: StoredJob): WorkflowChangedError => {
  const end = state === 'running' ? `is ending as ${quote(ending?.state ?? state)}` : `ended as ${quote(state)}`;
  return new WorkflowChangedError(id, [], `It ${end}, but would end differently now: did its tasks or their options change?`);
};

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
