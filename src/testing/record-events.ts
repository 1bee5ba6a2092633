import type { JobEvent } from '../machines/events.ts';
import type { Job } from '../runtime/job.ts';

/**
 * Returns the events of a job from now on, as an array that grows with each event. A job starts in the microtask after `run`, so right after
 * `run` you get all of them.
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
