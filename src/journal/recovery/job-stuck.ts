import { quote } from '../../values/describe-value.ts';
import { JobStoreError } from '../errors/job-store-error.ts';
import type { JobSummary, StoredJob } from '../job-store.ts';

/** The error for a job that nothing runs until someone retries it. */
export function jobStuck({ id, ...job }: Pick<JobSummary | StoredJob, 'id'> & Pick<StoredJob, 'deaths'>): JobStoreError {
  const times = job.deaths === undefined ? '' : ` (${job.deaths.length} times in a row)`;
  return new JobStoreError(
    'JOB_STUCK',
    `The job ${quote(id)} is stuck: its process died each time it ran${times}. Fix the cause, then resume it with \`retryStuck: true\``,
  );
}
