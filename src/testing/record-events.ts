import type { JobEvent } from '../machines/events.ts';
import type { Job } from '../runtime/job.ts';

/**
 * Returns an array that collects the job's events from now on. A job starts in the microtask after `run`, so call this right after `run` to get
 * all of them.
 * @example
 * const job = run(order, { context: { amount: 5 } });
 * const events = recordEvents(job);
 * await job;
 */
export function recordEvents(job: Pick<Job, 'on'>): readonly JobEvent[] {
  const events: JobEvent[] = [];
  job.on('*', (event) => events.push(event));
  return events;
}
