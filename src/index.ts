export { type ResumeOptions, resume } from './durable/resume.ts';
export { type ResumeAllOptions, type ResumeProblem, resumeAll } from './durable/resume-all.ts';
export { UnknownWorkflowError } from './durable/unknown-workflow-error.ts';
export { JobStoreError, type JobStoreErrorOptions, type JobStoreProblem } from './journal/errors/job-store-error.ts';
export { JobSuspendedError } from './journal/errors/job-suspended-error.ts';
export { NotStorableError } from './journal/errors/not-storable-error.ts';
export { WorkflowChangedError } from './journal/errors/workflow-changed-error.ts';
export type {
  Codec,
  DeletionFilter,
  JobFilter,
  JobPage,
  JobStore,
  JobSummary,
  Lease,
  ListedJob,
  ListFilter,
  NewJob,
  RecordedAttempt,
  RecordedEnding,
  SavedRetryPolicy,
  StoredJob,
  UnreadableJob,
} from './journal/job-store.ts';
export type { JournalEntry } from './journal/journal-entry.ts';
export {
  type AttemptOnRecord,
  type ConditionOnRecord,
  deleteJobs,
  getJob,
  type JobOnRecord,
  listJobs,
} from './journal/list/jobs-on-record.ts';
export type { RecordedTask } from './journal/recorded-task.ts';
export type { Suspect } from './journal/recovery/suspect.ts';
export type { WorkflowChange } from './journal/workflow-change.ts';
export type {
  EventStamp,
  FailureReason,
  JobCancelledEvent,
  JobCompletedEvent,
  JobDetachedEvent,
  JobEvent,
  JobFailedEvent,
  JobFinishingEvent,
  JobPhase,
  JobRunningEvent,
  JobState,
  JobTimedOutEvent,
  JobUndoingEvent,
  RetryReason,
  SettledTaskState,
  SkipReason,
  StopReason,
  TaskBackingOffEvent,
  TaskCancelledEvent,
  TaskCompletedEvent,
  TaskFailedEvent,
  TaskReadyEvent,
  TaskRunningEvent,
  TaskSkippedEvent,
  TaskState,
  TaskUndoFailedEvent,
  TaskUndoingEvent,
  TaskUndoneEvent,
} from './machines/events.ts';
export type { OnFailure, UndoneEnd } from './machines/messages.ts';
export { eventLogger } from './observe/event-logger.ts';
export { defaultRetryIf } from './runtime/attempts/default-retry-if.ts';
export { AttemptInterruptedError } from './runtime/errors/attempt-interrupted-error.ts';
export { InvalidConditionError } from './runtime/errors/invalid-condition-error.ts';
export { InvalidResultError } from './runtime/errors/invalid-result-error.ts';
export { JobCancelledError } from './runtime/errors/job-cancelled-error.ts';
export { JobFailedError } from './runtime/errors/job-failed-error.ts';
export { JobTimedOutError } from './runtime/errors/job-timed-out-error.ts';
export { RetryPolicyError } from './runtime/errors/retry-policy-error.ts';
export { TaskTimedOutError } from './runtime/errors/task-timed-out-error.ts';
export type { EventOf, EventPattern, Subscription } from './runtime/events/listeners.ts';
export type { TaskFailure, TaskReport, UndoReport } from './runtime/events/task-report.ts';
export type { TaskReason } from './runtime/events/why.ts';
export type { AttemptRequest, Executor, JobWorkflow, UndoDetails } from './runtime/executor.ts';
export type { Job } from './runtime/job.ts';
export type {
  JobCancelled,
  JobCompleted,
  JobDetached,
  JobFailed,
  JobResult,
  JobSnapshot,
  JobTimedOut,
} from './runtime/job-result.ts';
export type { Interpreter } from './runtime/machines/live-machines.ts';
export { type JobOf, run } from './runtime/run.ts';
export type { Inspector, RunOptions } from './runtime/run-options.ts';
export type { PendingUndo } from './runtime/undo/pending-undo.ts';
export { workflowLogic } from './runtime/workflow-logic.ts';
export type { JobClock } from './time/clock.ts';
export { InvalidArgumentError } from './values/invalid-argument-error.ts';
export { TintypeError } from './values/tintype-error.ts';
export { fingerprint } from './workflow/graph/fingerprint.ts';
export { InvalidWorkflowError } from './workflow/invalid-workflow-error.ts';
export type {
  Backoff,
  Condition,
  Dependency,
  DependencyOutcome,
  ExponentialBackoff,
  JobEnding,
  Outcomes,
  RetryIf,
  TaskDefinition,
  TaskExecution,
  TaskOptions,
  UndoExecution,
  UndoFunction,
  UndoneOutcome,
  UndoOptions,
} from './workflow/task-definition.ts';
// Declaration files of callers that export a workflow name all of these.
export type { DefinedTask, EntriesOf, Entry, NoTasks, Unsure } from './workflow/types/context-types.ts';
export type { CertainName, DataCondition, OutcomesOf, Sees } from './workflow/types/edge-types.ts';
export type { LooseContext, NoKeys } from './workflow/types/loose-context.ts';
export type { InitialContext, TaskNames, WorkflowContext, WorkflowName } from './workflow/types/workflow-context.ts';
export { validateTasks } from './workflow/validate-tasks.ts';
export { type AnyWorkflow, type Workflow, type WorkflowOptions, workflow } from './workflow/workflow.ts';
export type { WorkflowProblem } from './workflow/workflow-problem.ts';
