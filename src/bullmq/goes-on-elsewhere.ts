import { JobCancelledError } from '../runtime/errors/job-cancelled-error.ts';
import { JobStoreError } from '../runtime/errors/job-store-error.ts';
import { JobSuspendedError } from '../runtime/errors/job-suspended-error.ts';

/** Whether a job only ends in this process: it will be resumed elsewhere and look for its attempts. */
export function goesOnElsewhere(reason: unknown): boolean {
  const why = reason instanceof JobCancelledError ? reason.reason : undefined;
  return why instanceof JobSuspendedError || why instanceof JobStoreError;
}
