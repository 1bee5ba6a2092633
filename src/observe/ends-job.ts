import type {
  JobEmitted,
  JobEvent,
  JobFinishingEvent,
  JobPhase,
  JobRunningEvent,
  JobUndoingEvent,
} from '../machines/events.ts';

/** An event that ends a job. */
export type JobEnd = Exclude<JobEmitted, JobRunningEvent | JobUndoingEvent | JobFinishingEvent>;

const PHASES: ReadonlySet<string> = new Set<JobPhase>(['running', 'undoing', 'finishing']);

export const endsJob = (event: JobEvent): event is JobEvent & JobEnd => !('task' in event) && !PHASES.has(event.to);
