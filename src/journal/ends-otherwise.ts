import { quote } from '../values/describe-value.ts';
import { WorkflowChangedError } from './errors/workflow-changed-error.ts';
import type { StoredJob } from './job-store.ts';

/** A job doesn't reach its saved end, or the end that is decided, with the workflow it is resumed with. */
export const endsOtherwise = ({ id, state, ending }: StoredJob): WorkflowChangedError => {
  const end = state === 'running' ? `is ending as ${quote(ending?.state ?? state)}` : `ended as ${quote(state)}`;
  return new WorkflowChangedError(id, [], `It ${end}, but would end differently now: did its tasks or their options change?`);
};
