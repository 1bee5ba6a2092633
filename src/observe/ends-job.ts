import type { JobEmitted, JobEvent, JobPhase } from '../machines/events.ts';
import { isLastPhase } from '../machines/last-phases.ts';

/** An event that ends a job. */
export type JobEnd = Exclude<JobEmitted, { readonly to: JobPhase }>;

export const endsJob = (event: JobEvent): event is JobEvent & JobEnd =>
  !('task' in event) && event.to !== 'running' && !isLastPhase(event.to);
