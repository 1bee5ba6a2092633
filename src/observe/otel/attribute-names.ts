/** The attributes of spans, links and metrics; docs/traces.md explains them. */
export const WORKFLOW_NAME = 'tintype.workflow.name';
export const JOB_ID = 'tintype.job.id';
export const JOB_STATE = 'tintype.job.state';
/** How a job that is being undone, or runs its finally tasks, will end. */
export const JOB_ENDING = 'tintype.job.ending';
/** Whether everything that had to be undone was. */
export const JOB_UNDO = 'tintype.job.undo';
export const FAILED_TASK = 'tintype.job.failed_task';
export const TASK_NAME = 'tintype.task.name';
export const TASK_STATE = 'tintype.task.state';
export const ATTEMPT_NUMBER = 'tintype.attempt.number';
/** Only of undos and finally tasks. */
export const ATTEMPT_KIND = 'tintype.attempt.kind';
export const ATTEMPT_OUTCOME = 'tintype.attempt.outcome';
export const RETRY_DELAY = 'tintype.retry.delay';
export const REASON = 'tintype.reason';
/** The task for which another was skipped. */
export const SKIP_ORIGIN = 'tintype.skip.origin';
export const LINK_KIND = 'tintype.link.kind';
/** From the OpenTelemetry semantic conventions. */
export const ERROR_TYPE = 'error.type';
