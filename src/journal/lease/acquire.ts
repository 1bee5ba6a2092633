import type { JobClock, TurnClock } from '../../time/clock.ts';
import { isInstance } from '../../values/is-instance.ts';
import { type HeldLease, JobStoreError } from '../errors/job-store-error.ts';
import type { JobStore, Lease, StoredJob } from '../job-store.ts';
import type { PatientCalls } from '../patient-calls.ts';
import type { Permit } from '../recovery/slots.ts';
import { DeadOwners } from './dead-owners.ts';

/** A lease is watched in this many parts. An owner that is silent for all of them counts as dead; a live one renews every third. */
const PARTS = 4;

/** How to acquire the lease of a job. */
export interface Acquisition {
  readonly store: JobStore;
  readonly id: string;
  /** `waitOnce` waits for one lease. */
  readonly whenHeld: 'refuse' | 'wait' | 'waitOnce';
  readonly newLease: () => Lease;
  readonly clock: TurnClock;
  readonly calls: PatientCalls;
  /** Needed while the job is held here. */
  readonly permit?: Permit | undefined;
}

/**
 * Takes the lease of a job. Clocks may differ and jump, so the time at which another owner's lease expires proves nothing: its lease is
 * taken only if it isn't renewed while its own length passes here.
 * @throws {JobStoreError} `JOB_HELD` if it is held, unless that is waited for
 */
export async function acquire(acquisition: Acquisition): Promise<StoredJob> {
  const { store, id, whenHeld, newLease, clock, calls, permit } = acquisition;
  let seen: HeldLease | undefined;
  let silentFor = 0;
  for (let waited = 0; ; waited += 1) {
    await permit?.enter();
    const lease = newLease();
    const now = seen !== undefined && silentFor >= PARTS ? seen.until : Number.MIN_SAFE_INTEGER;
    const answer = await calls.try(() => take(store, id, { ...lease, now }));
    if (!isInstance(answer, JobStoreError)) {
      if (seen !== undefined && silentFor >= PARTS) {
        DeadOwners.of(store).add(seen, lengthOf(seen, lease), clock.elapsed());
      }
      return answer;
    }
    permit?.leave();
    const { heldBy } = answer;
    if (heldBy === undefined) {
      // The store doesn't report who holds the job, so only its own time check is left.
      return await takeByTime(acquisition);
    }
    const isRenewed = seen !== undefined && (heldBy.until !== seen.until || heldBy.owner !== seen.owner);
    if (whenHeld === 'refuse' && (isRenewed || isPlausible(heldBy, lease))) {
      throw answer;
    }
    silentFor = isRenewed ? 0 : silentFor + (seen === undefined ? 0 : 1);
    if (!isPlausible(heldBy, lease) && DeadOwners.of(store).has(heldBy, clock.elapsed())) {
      silentFor = PARTS;
    }
    if (whenHeld === 'waitOnce' && waited >= PARTS && silentFor < PARTS) {
      throw answer;
    }
    seen = heldBy;
    if (silentFor < PARTS) {
      await pause(clock, lengthOf(heldBy, lease) / PARTS);
    }
  }
}

/** Whether the owner seems to be alive, by the clock of this process. */
const isPlausible = (held: HeldLease, lease: Lease): boolean =>
  held.until > lease.now && held.until - lease.now <= lengthOf(held, lease);

const lengthOf = ({ length }: HeldLease, lease: Lease): number => length ?? lease.until - lease.now;

const pause = (clock: JobClock, milliseconds: number): Promise<void> =>
  new Promise((resolve) => clock.setTimeout(resolve, Math.ceil(milliseconds)));

/** The job, or the error if it is held. */
async function take(store: JobStore, id: string, lease: Lease): Promise<StoredJob | JobStoreError> {
  try {
    return await store.acquire(id, lease);
  } catch (error) {
    if (isInstance(error, JobStoreError) && error.code === 'JOB_HELD') {
      return error;
    }
    throw error;
  }
}

async function takeByTime({ store, id, whenHeld, newLease, clock, calls, permit }: Acquisition): Promise<StoredJob> {
  for (let waited = 0; ; waited += 1) {
    await permit?.enter();
    const lease = newLease();
    const answer = await calls.try(() => take(store, id, lease));
    if (!isInstance(answer, JobStoreError)) {
      return answer;
    }
    permit?.leave();
    if (whenHeld === 'refuse' || (whenHeld === 'waitOnce' && waited >= PARTS)) {
      throw answer;
    }
    await pause(clock, (lease.until - lease.now) / 3);
  }
}
