import { JobStoreError } from '../journal/errors/job-store-error.ts';
import type { JobStore } from '../journal/job-store.ts';
import { printError } from './print.ts';
import { timeOf } from './time-of.ts';

/** Prints one line when a job turns out to be held by another process. Changes the store. */
export function announceWait(store: JobStore): void {
  const acquire = store.acquire.bind(store);
  let isAnnounced = false;
  store.acquire = (id, lease) =>
    acquire(id, lease).catch((error) => {
      if (!isAnnounced && error instanceof JobStoreError && error.code === 'JOB_HELD') {
        isAnnounced = true;
        printError(`Held by another process (lease until ${timeOf(error.heldBy?.until)}); waiting`);
      }
      throw error;
    });
}
