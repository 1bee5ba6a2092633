import type { RecordedAttempt, StoredJob } from '../../journal/job-store.ts';
import type { Bytes } from './columns.ts';

/** Some attempts, and the last of them if there are more. */
export interface Attempts {
  readonly attempts: readonly RecordedAttempt[];
  readonly next: RecordedAttempt | undefined;
}

/** A job with the first of its attempts, and the last of those if there are more. */
export interface JobPart {
  readonly job: StoredJob;
  readonly next: RecordedAttempt | undefined;
}

/** An ended job. */
export interface Ended {
  readonly id: Bytes;
  /** When it ended, or was created if that is unknown. */
  readonly at: number;
  readonly isMeant: number | bigint;
}

/** What one part of a deletion did, and after which job the next part starts; undefined if that was the last. */
export interface Deleted {
  readonly deleted: number;
  readonly after: Ended | undefined;
}
