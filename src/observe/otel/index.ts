export { type TelemetryProviders, type Traced, type TracedRun, type TracedWorkflowLogic, traced } from './traced.ts';
