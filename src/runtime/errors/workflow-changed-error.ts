import { quote } from '../../workflow/describe-value.ts';
import { TintypeError } from '../../workflow/tintype-error.ts';
import type { WorkflowChange } from '../journal/workflow-change.ts';

/** A job on record can't be continued with a workflow that is not the one it was started with. */
export class WorkflowChangedError extends TintypeError {
  readonly code = 'WORKFLOW_CHANGED';
  /** All in which it differs. */
  readonly changes: readonly WorkflowChange[];

  constructor(job: string, changes: readonly WorkflowChange[], advice: string) {
    const list = changes.map(({ message }) => `\n- ${message}`).join('');
    super(
      'WorkflowChangedError',
      `The job ${quote(job)} can't be continued, since its workflow has changed:${list}\n${advice}`,
    );
    this.changes = changes;
  }
}
