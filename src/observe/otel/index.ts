export {
  type TelemetryProviders,
  type Traced,
  type TracedResume,
  type TracedResumeAll,
  type TracedRun,
  type TracedWorkflowLogic,
  traced,
} from './traced.ts';
