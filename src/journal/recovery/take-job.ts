import { isInstance } from '../../values/is-instance.ts';
import { JobStoreError } from '../errors/job-store-error.ts';
import type { StoredJob } from '../job-store.ts';
import { type Acquisition, acquire } from '../lease/acquire.ts';
import type { StoreAccess } from '../opening.ts';
import { countedDeaths, SUSPECT } from './deaths.ts';
import { jobStuck } from './job-stuck.ts';
import { Slots } from './slots.ts';

/** How to treat a job that may have killed its process. */
export interface RecoveryLimits {
  /** How many deaths a job survives without saving an outcome. */
  readonly maxRecoveries: number;
}

/** A process runs one suspect at a time. */
const suspects = /* @__PURE__ */ new Slots(1);

/**
 * Takes the lease of a job. A suspect waits for its turn, without a lease; a job that has died too often becomes stuck.
 * @throws {JobStoreError} `JOB_HELD`, `JOB_STUCK`, …
 */
export async function takeJob(acquisition: Acquisition, access: StoreAccess, limits: RecoveryLimits): Promise<StoredJob> {
  for (let hasTurn = false; ; ) {
    const job = await acquire(hasTurn ? { ...acquisition, whenHeld: 'refuse' } : acquisition).catch((error) => {
      if (hasTurn && isInstance(error, JobStoreError) && error.code === 'JOB_HELD') {
        return 'taken' as const;
      }
      throw error;
    });
    if (job === 'taken') {
      // Another process has taken it meanwhile, so no turn is needed.
      access.endTurn();
      hasTurn = false;
      continue;
    }
    if (job.state === 'stuck') {
      throw jobStuck(job);
    }
    const deaths = job.state === 'running' ? await settleDeaths(job, acquisition, access, limits) : 0;
    if (deaths < SUSPECT || hasTurn) {
      return job;
    }
    await release(acquisition, access);
    acquisition.permit?.leave();
    access.beginTurn(await suspects.take());
    hasTurn = true;
  }
}

/** Saves the deaths that count, and returns how many there are. */
async function settleDeaths(
  job: StoredJob,
  acquisition: Acquisition,
  access: StoreAccess,
  { maxRecoveries }: RecoveryLimits,
): Promise<number> {
  const { store, id, calls, clock } = acquisition;
  const { deaths: saved = [] } = job;
  if (saved.length === 0) {
    return 0;
  }
  try {
    const { owner } = access.newLease();
    const deaths = await countedDeaths(job, store, calls);
    if (deaths.length !== saved.length || deaths.some((name, index) => name !== saved[index])) {
      const at = clock.now();
      await calls.try(() => store.append(id, owner, { type: 'job.recovered', at, deaths }));
    }
    if (deaths.length > maxRecoveries) {
      const at = clock.now();
      await calls.try(() => store.append(id, owner, { type: 'job.stuck', at }));
      throw jobStuck({ ...job, deaths });
    }
    return deaths.length;
  } catch (error) {
    await release(acquisition, access).catch(() => {});
    throw error;
  }
}

/** A lease that can't be released expires. */
const release = async ({ store, id, calls }: Acquisition, access: StoreAccess): Promise<void> =>
  calls.try(() => store.release(id, access.owner()));
