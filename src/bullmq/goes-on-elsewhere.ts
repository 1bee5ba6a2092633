import { JobStoreError } from '../runtime/errors/job-store-error.ts';
import { JobSuspendedError } from '../runtime/errors/job-suspended-error.ts';

/** Whether a job ends only in this process and will be resumed elsewhere, where it looks for its attempts. */
export function goesOnElsewhere(reason: unknown): boolean {
  return reason instanceof JobSuspendedError || reason instanceof JobStoreError;
}
