import { JobCancelledError } from '../runtime/errors/job-cancelled-error.ts';
import { JobStoreError } from '../runtime/errors/job-store-error.ts';
import { JobSuspendedError } from '../runtime/errors/job-suspended-error.ts';

/** Whether a job ends only in this process and will be resumed elsewhere, where it looks for its attempts. */
export function goesOnElsewhere(reason: unknown): boolean {
  const why = reason instanceof JobCancelledError ? reason.reason : undefined;
  return why instanceof JobSuspendedError || why instanceof JobStoreError;
}
