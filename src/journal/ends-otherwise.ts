import { quote } from '../values/describe-value.ts';
import { WorkflowChangedError } from './errors/workflow-changed-error.ts';
import type { StoredJob } from './job-store.ts';

/** A job that has ended doesn't reach its end again with the workflow it is resumed with. */
export const endsOtherwise = (job: StoredJob): WorkflowChangedError =>
  new WorkflowChangedError(
    job.id,
    [],
    `It ended as ${quote(job.state)}, but would end differently now: did the options of its tasks change?`,
  );
