import { quote } from '../../workflow/describe-value.ts';
import { JobStoreError } from '../errors/job-store-error.ts';

export const jobExists = (id: string): JobStoreError =>
  new JobStoreError('JOB_EXISTS', `The job ${quote(id)} already exists: continue it with \`resume\``);

export const jobNotFound = (id: string): JobStoreError =>
  new JobStoreError('JOB_NOT_FOUND', `There is no saved job ${quote(id)}`);

/** @param until When the lease of the other process expires; damaged data can hold any number. */
export function jobHeld(id: string, until: number): JobStoreError {
  const time = new Date(until);
  const when = Number.isNaN(time.getTime()) ? '' : `: its lease lasts until ${time.toISOString()} and may be renewed`;
  return new JobStoreError('JOB_HELD', `Another process is running the job ${quote(id)}${when}`);
}
