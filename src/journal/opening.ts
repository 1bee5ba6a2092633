import type { TurnClock } from '../time/clock.ts';
import type { Lease } from './job-store.ts';
import type { PatientCalls } from './patient-calls.ts';
import type { RecordedJob } from './recorded-job.ts';

/** What an opening needs. */
export interface StoreAccess {
  readonly newLease: () => Lease;
  readonly clock: TurnClock;
  readonly calls: PatientCalls;
  /** The name of the owner, which depends on whether the job is a suspect whose turn it is. */
  readonly owner: () => string;
  /** The turn of a suspect begins; it lasts until an outcome is saved or the job settles, which frees its slot. */
  readonly beginTurn: (free: () => void) => void;
  readonly endTurn: () => void;
}

/** Saves a new job, or loads a saved one. */
export interface Opening {
  (access: StoreAccess): Promise<OpenedJob>;
  readonly isNew?: true;
}

/** The limits of a job that has been saved or loaded. */
export interface OpenedJob {
  /** What happened before; undefined for a new job. */
  readonly recorded: RecordedJob | undefined;
  /** The timeout of the job, in milliseconds. */
  readonly timeout: number | undefined;
  readonly deadline: number | undefined;
  readonly maxConcurrency: number;
  readonly maxRetries: number;
  /** Whether an interrupted attempt counts as a failed one. */
  readonly countInterrupted: boolean;
  /** Whether deaths are saved, which the next outcome clears. */
  readonly hasDeaths: boolean;
}
