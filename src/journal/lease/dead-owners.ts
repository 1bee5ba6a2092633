import type { HeldLease } from '../errors/job-store-error.ts';
import type { JobStore } from '../job-store.ts';
import { readOwner } from './lease-owner.ts';

const known = new WeakMap<JobStore, DeadOwners>();

/** Remembers processes that were silent for a whole lease, so their other leases from that time aren't watched one by one. */
export class DeadOwners {
  /** For each process, until when leases that it had then can last. */
  readonly #until = new Map<string, number>();

  static of(store: JobStore): DeadOwners {
    const owners = known.get(store) ?? new DeadOwners();
    known.set(store, owners);
    return owners;
  }

  /** A lease was not renewed while its length passed. */
  add({ owner, until }: HeldLease, length: number): void {
    this.#until.set(readOwner(owner).process, until + length);
  }

  /** Whether the owner of a lease was dead when it held it. A process that goes on later has leases that last longer. */
  has({ owner, until }: HeldLease): boolean {
    return until <= (this.#until.get(readOwner(owner).process) ?? Number.NEGATIVE_INFINITY);
  }
}
