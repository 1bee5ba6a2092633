export { CheckError } from './check-error.ts';
export type { CheckOptions, ModelOptions, WalkSearch } from './check-options.ts';
export { checkWorkflow } from './check-workflow.ts';
export { LAWS, type LawName } from './laws/law-names.ts';
export {
  type AlwaysProperty,
  always,
  type EventuallyProperty,
  eventually,
  type Property,
  type SometimesProperty,
  type StepProperty,
  sometimes,
  step,
  type Verdict,
} from './laws/properties.ts';
export type { JobView, TaskView } from './laws/view.ts';
export type { ActorOutcomes, MachinePathOptions } from './machine/machine-path-options.ts';
export { type MachinePath, type MachineStep, machinePaths } from './machine/machine-paths.ts';
export type {
  AttemptChoice,
  CancelChoice,
  Choice,
  CrashChoice,
  Decision,
  DetachChoice,
  DuplicateChoice,
  MadeDecision,
  MadeEnding,
  Outcome,
  OutcomeChoice,
  Policy,
  ReturnChoice,
  StartChoice,
  TimerChoice,
} from './model/choice.ts';
export type { ShownOutput } from './model/model-outputs.ts';
export { CHECKED_XSTATE_VERSION } from './model/stepped-actor.ts';
export { type TestPath, type TestPathOptions, testPaths } from './paths/test-paths.ts';
export type { Resumer, Runner } from './replay/job-source.ts';
export { ReplayError } from './replay/replay-error.ts';
export type { CheckReport, CheckReportData, CheckWarning } from './report/check-report.ts';
export type { Counterexample, CounterexampleData } from './report/counterexample.ts';
export type { CallDeed, Deed, PathStep, RestState } from './report/trace.ts';
export type { ResumeLimits } from './resume-limits.ts';
export type { Limits } from './search/limits.ts';
