export type { InspectedEvent } from './bridge/inspected.ts';
export { type InspectOptions, type Inspector, inspectJobs } from './inspect-jobs.ts';
export { type ReportedJob, writeReport } from './write-report.ts';
