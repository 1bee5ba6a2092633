import type { HeldLease } from '../errors/job-store-error.ts';
import type { JobStore } from '../job-store.ts';
import { readOwner } from './lease-owner.ts';

const known = new WeakMap<JobStore, DeadOwners>();

interface Death {
  /** When a lease of the process would have expired. */
  readonly until: number;
  /** How long the lease was. */
  readonly length: number;
  /** When it was noticed, on a monotonic clock of this process. */
  readonly noticedAt: number;
}

/**
 * Remembers processes that were silent for a whole lease, so their other leases from that time aren't watched one by one. A process that goes
 * on has leases that expire at other times, and if its clock was set so that they don't, it must have been forgotten by then.
 */
export class DeadOwners {
  readonly #deaths = new Map<string, Death>();

  static of(store: JobStore): DeadOwners {
    const owners = known.get(store) ?? new DeadOwners();
    known.set(store, owners);
    return owners;
  }

  /** A lease was not renewed while its length passed. */
  add({ owner, until }: HeldLease, length: number, noticedAt: number): void {
    this.#deaths.set(readOwner(owner).process, { until, length, noticedAt });
  }

  /** Whether the owner of a lease was dead when it held it. */
  has({ owner, until }: HeldLease, now: number): boolean {
    const death = this.#deaths.get(readOwner(owner).process);
    return death !== undefined && now - death.noticedAt < death.length && Math.abs(until - death.until) <= death.length;
  }
}
