import { quote } from '../values/describe-value.ts';
import { TintypeError } from '../values/tintype-error.ts';

/** `resumeAll` found a job of a workflow that it wasn't called with. */
export class UnknownWorkflowError extends TintypeError {
  readonly code = 'UNKNOWN_WORKFLOW';
  /** The name of the workflow. */
  readonly workflow: string;

  constructor(job: string, workflow: string) {
    super(
      'UnknownWorkflowError',
      `Job ${quote(job)} can't be resumed: its workflow ${quote(workflow)} wasn't passed to \`resumeAll\``,
    );
    this.workflow = workflow;
  }
}
