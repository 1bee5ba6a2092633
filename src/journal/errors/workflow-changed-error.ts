import { quote } from '../../values/describe-value.ts';
import { TintypeError } from '../../values/tintype-error.ts';
import type { WorkflowChange } from '../workflow-change.ts';

/** A job can't be resumed because its workflow isn't the one it was started with. */
export class WorkflowChangedError extends TintypeError {
  readonly code = 'WORKFLOW_CHANGED';
  /** All differences. */
  readonly changes: readonly WorkflowChange[];

  constructor(job: string, changes: readonly WorkflowChange[], advice: string, options?: ErrorOptions) {
    const list = changes.map(({ message }) => `\n- ${message}`).join('');
    super(
      'WorkflowChangedError',
      `Job ${quote(job)} can't be resumed because its workflow has changed:${list}\n${advice}`,
      options,
    );
    this.changes = changes;
  }
}
