import { quote } from '../../values/describe-value.ts';
import { JobStoreError } from '../errors/job-store-error.ts';
import { lengthIn } from './lease-owner.ts';

export const jobExists = (id: string): JobStoreError =>
  new JobStoreError(
    'JOB_EXISTS',
    `The job ${quote(id)} already exists: \`resume\` continues it, or returns its result if it has ended; use another id for a new job`,
  );

export const jobNotFound = (id: string): JobStoreError =>
  new JobStoreError('JOB_NOT_FOUND', `There is no saved job ${quote(id)}`);

/**
 * @param owner The name of the other owner.
 * @param until When the lease of the other process expires; damaged data can hold any number.
 */
export function jobHeld(id: string, owner: string, until: number): JobStoreError {
  const time = new Date(until);
  const when = Number.isNaN(time.getTime()) ? '' : `: its lease lasts until ${time.toISOString()} and may be renewed`;
  const heldBy = { owner, until, length: lengthIn(owner) };
  return new JobStoreError('JOB_HELD', `Another process is running the job ${quote(id)}${when}`, { heldBy });
}
